# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command that the documentation tells a reader to type runs, in a fresh clone, with what the commands before it have left.

The reader has an ansible-core of their own and nothing else of Ansible. The account is the emulator's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import emulator
from tools.project import ROOT, borrow_package_settings, environment
from tools.tests.shell_lines import Command, blocks, commands, workflow
from tools.tests.terminal import CommandFailed, Terminal
from tools.workspace import assemble, list_files

# The README comes first: what it makes and installs is there for the other pages. The CHANGELOG is made of fragments, which tell nobody what to type.
PAGES = sorted(
    (path.as_posix() for path in list_files(ROOT) if path.suffix in (".md", ".rst") and path.name != "CHANGELOG.rst"),
    key=lambda page: (page != "README.md", page),
)

# What is not run as it is printed: a pattern of the whole command, what is run instead, and why. {url} is the test's own emulator.
INSTEAD = (
    (r"sudo apt install (.+)", r"for name in \1; do apt-cache show $name > /dev/null || exit; done", "it would change this machine; the names have to exist"),
    (r"make (?!build|help|emulator)([a-z]+)(( [A-Z]+=(\"[^\"]*\"|\w+))*)", r"make --dry-run \1\2",
     "it takes minutes, and continuous integration runs it; the target has to exist"),
    (r"(export )?E2E_API_KEY=\.\.\. .*", f"export E2E_API_KEY={emulator.API_KEY} E2E_AUTH_TOKEN={emulator.AUTH_TOKEN} E2E_PROJECT_ID={emulator.PROJECT_ID}"
     f" E2E_LOCATION={emulator.LOCATION} E2E_API_ENDPOINT={{url}}/myaccount/api/v1/", "the reader's own credentials"),
    (r"export OPENFAAS_URL=https://gateway\.example\.com .*",
     f"export OPENFAAS_URL={{url}} OPENFAAS_PASSWORD={emulator.GATEWAY_PASSWORD}", "the reader's own gateway"),
    (r"ansible-galaxy collection install git\+https://.*", 'ansible-galaxy collection install --force "$PWD"', "what is to be committed is not there yet"),
    (r"pip install \"e2e-emulator @ git\+https://[^ ]*#subdirectory=(.*)\"", r"pip install ./\1", "the same"),
)
# Commands that run until Ctrl+C, and how they are told to take a free port. Later commands of the page go to that one.
SERVERS = ((r"make emulator", " PORT=0"), (r"e2e-emulator(?: --env)?", " --port 0"))
DEFAULT_ADDRESS = re.compile(r"(?:127\.0\.0\.1|localhost):8480")
# Files that a page tells the reader to write: the first blocks of a language on it.
FILES = {
    ("README.md", "python"): ("functions/hello/func.py",),
    ("README.md", "yaml"): ("deploy.yml",),
    ("docs/docsite/rst/guide_inventory.rst", "yaml"): ("e2e.yml",),
    ("docs/docsite/rst/guide_testing.rst", "yaml"): ("site.yml", ".github/workflows/playbooks.yml"),
    ("docs/docsite/rst/guide_testing.rst", "python"): ("conftest.py", "test_site.py"),
}
# What has to be there before a command, and the page takes for granted.
BEFORE = {"curl 'localhost:8480/_emulator/functions/hello/logs": "ansible-playbook deploy.yml"}


def documentation() -> list[Command]:
    return [command for page in PAGES for command in commands(page, (ROOT / page).read_text(encoding="utf-8"))]


def fresh_clone(folder: Path) -> Path:
    """A clone of what is about to be committed; the folder has no `.git` where git is missing."""
    clone = assemble("clone", ROOT, folder)
    if shutil.which("git"):
        subprocess.run(["git", "-C", str(clone), "init", "--quiet"], check=True)
        subprocess.run(["git", "-C", str(clone), "add", "--all"], check=True)
    return clone


def readers_terminal(clone: Path, home: Path) -> Terminal:
    """A terminal in the clone, on a machine with ansible-core in a virtual environment."""
    venv = home / "venv"
    env = environment(venv, extra={
        "HOME": str(home),
        # On the machine itself Ansible takes the user's real home folder, whatever HOME says.
        "ANSIBLE_REMOTE_TMP": str(home / ".ansible" / "tmp"),
        # An inventory that cannot be read would be a warning.
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_NOCOLOR": "1",
        # Nobody's make called this one, so it does not announce the folder that it works in.
        "MAKEFLAGS": "", "MAKELEVEL": "0",
    })
    home.mkdir()
    borrow_package_settings(home)
    # Otherwise curl ends well whatever it is answered.
    (home / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n", encoding="utf-8")
    requirements = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    core = [line for line in requirements if line.startswith("ansible-core")]
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", *core], env=env, check=True)
    return Terminal(clone, env)


def run_page(page: str, terminal: Terminal, clone: Path, url: str) -> list[str]:
    """Type the commands of a page into a terminal, and return what is to be said about those that fail."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for (owner, language), names in FILES.items():
        if owner == page:
            for name, block in zip(names, (block for block in blocks(text, Path(page).suffix) if block.language == language)):
                (clone / name).parent.mkdir(parents=True, exist_ok=True)
                (clone / name).write_text(block.text + "\n", encoding="utf-8")
    address = url.removeprefix("http://")
    problems = []
    for command in commands(page, text):
        try:
            for start, preparation in BEFORE.items():
                if command.text.startswith(start):
                    terminal.run(preparation)
            option = next((option for pattern, option in SERVERS if re.fullmatch(pattern, command.text)), None)
            if option is None:
                terminal.run(DEFAULT_ADDRESS.sub(address, substitute(command.text).replace("{url}", url)))
            else:
                address = terminal.serve(command.text + option).removeprefix("# ").removeprefix("http://")
        except CommandFailed as failure:
            problems.append(f"{command}\n{failure}")
    return problems


def substitute(text: str) -> str:
    """What is run for a command; only those of the table above differ."""
    for pattern, instead, _why in INSTEAD:
        if re.fullmatch(pattern, text):
            return re.sub(pattern, instead, text)
    return text


def test_every_command_runs(tmp_path: Path) -> None:
    clone = fresh_clone(tmp_path)
    terminal = readers_terminal(clone, tmp_path / "home")
    problems = []
    with Terminal(clone, terminal.env) as backstage:
        url = backstage.serve("make emulator PORT=0")
        for page in PAGES:
            with Terminal(clone, terminal.env) as pages_own:
                problems += run_page(page, pages_own, clone, url)
    assert not problems, "\n\n".join(problems)


def test_every_exception_is_needed() -> None:
    texts = [command.text for command in documentation()]
    for pattern in (pattern for pattern, *_rest in (*INSTEAD, *SERVERS)):
        assert any(re.fullmatch(pattern, text) for text in texts), pattern
    for start in BEFORE:
        assert any(text.startswith(start) for text in texts), start


def test_the_pages_have_commands() -> None:
    """Otherwise the tests above would pass by finding nothing."""
    assert {"README.md", "roles/faas_function/README.md", "tests/emulator/README.md", "docs/docsite/rst/guide_inventory.rst"} <= {
        command.page for command in documentation()}


def test_workflows_are_what_a_server_for_continuous_integration_takes() -> None:
    found = [said for page in PAGES for block in blocks((ROOT / page).read_text(encoding="utf-8"), Path(page).suffix) if (said := workflow(block))]
    assert found
    for said in found:
        # YAML 1.1 reads the key `on` as a truth value.
        assert set(said) == {"name", True, "jobs"} and set(said[True]) <= {"push", "pull_request"}
        for job in said["jobs"].values():
            assert set(job) == {"runs-on", "steps"}
            for step in job["steps"]:
                assert ("uses" in step) != ("run" in step) and set(step) <= {"name", "uses", "with", "run"}
                assert "@" in step.get("uses", "@")


MARKDOWN = """\
Type `make help`, or `faas-cli up`, never `make`.

```console
export A=1
curl x -d '{
  "a": 1}'   # `make nothing`
```

```console
$ python -m server     # starts
http://127.0.0.1:1
$ echo \\
    x
```

```yaml
- `make nothing`
```
"""
RST = """\
Then ``ansible-doc x`` and

.. code-block:: console

    $ one
    output

.. code-block:: yaml

    jobs:
      test:
        steps:
          - run: |
              three
              four \\
                 five
          - run: six

In a list:

  .. code-block:: yaml+jinja

    a: 1
"""


def test_commands_of_markdown() -> None:
    assert [(command.line, command.text) for command in commands("page.md", MARKDOWN)] == [
        (1, "make help"), (4, "export A=1"), (5, "curl x -d '{\n  \"a\": 1}'   # `make nothing`"), (10, "python -m server     # starts"),
        (12, "echo \\\n    x")]


def test_commands_of_restructured_text() -> None:
    assert [(command.line, command.text) for command in commands("page.rst", RST)] == [
        (1, "ansible-doc x"), (5, "one"), (14, "three"), (15, "four \\\n   five"), (17, "six")]
    assert [(block.language, block.text) for block in blocks(RST, ".rst")][-1] == ("yaml+jinja", "a: 1")


def test_a_terminal_keeps_variables_and_names_what_fails(tmp_path: Path) -> None:
    with Terminal(tmp_path, environment(tmp_path)) as terminal:
        terminal.run("export WORD='two words'")
        assert terminal.run('echo "$WORD"') == "two words\n"
        (tmp_path / "page.md").write_text("```console\ntrue\necho gone; exit 3\n```\n", encoding="utf-8")
        assert run_page(str(tmp_path / "page.md"), terminal, tmp_path, "") == [f"{tmp_path / 'page.md'}:3: echo gone; exit 3\nexit code 3\ngone\n"]
