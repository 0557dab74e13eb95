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

import pytest

from tools import emulator
from tools.project import ROOT, borrow_package_settings, environment
from tools.tests.shell_lines import Command, blocks, commands, workflow
from tools.tests.terminal import CommandFailed, Terminal
from tools.workspace import assemble, list_files

# The way of a reader who knows nothing, which finds the clone as it is. What these pages make and install is there for the others.
FIRST_FUNCTION = "docs/docsite/rst/guide_first_function.rst"
FIRST = ("docs/site/index.rst", FIRST_FUNCTION, "README.md")
# The CHANGELOG is made of fragments, which tell nobody what to type.
PAGES = sorted(
    (path.as_posix() for path in list_files(ROOT) if path.suffix in (".md", ".rst") and path.name != "CHANGELOG.rst"),
    key=lambda page: (FIRST.index(page) if page in FIRST else len(FIRST), page),
)

# What is not run as it is printed: a pattern of the whole command, what is run instead, and why. {url} is the test's own emulator.
INSTEAD = (
    (r"sudo apt install (.+)", r"for name in \1; do apt-cache show $name > /dev/null || exit; done", "it would change this machine; the names have to exist"),
    (r"python3 -m venv (\S+)", r"mkdir -p \1/bin && touch \1/bin/activate", "the reader's terminal is in a virtual environment, see below"),
    (r"make (?!build|help|emulator)([a-z-]+)(( [A-Z]+=(\"[^\"]*\"|\w+))*)", r"make --dry-run \1\2",
     "it takes minutes, and continuous integration runs it; the target has to exist"),
    (r"python -m tools\.promises", "test -f tools/promises.py", "it reads what `make soak` has printed"),
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
# Files that a page tells the reader to write: the first blocks of a language on it. One is there for the commands below it.
FILES = {
    (FIRST_FUNCTION, "python"): ("functions/hello/func.py", "functions/hello/func.py"),
    (FIRST_FUNCTION, "yaml"): ("deploy.yml",),
    ("README.md", "python"): ("functions/hello/func.py",),
    ("README.md", "yaml"): ("deploy.yml",),
    ("docs/docsite/rst/guide_ci.rst", "yaml"): (".github/workflows/deploy.yml",),
    ("docs/docsite/rst/guide_inventory.rst", "yaml"): ("e2e.yml",),
    ("docs/docsite/rst/guide_inventory_recipes.rst", "yaml"): (
        "kinds.e2e.yml", "tiers.e2e.yml", "attention.e2e.yml", "bastion.e2e.yml", "mixed.e2e.yml", "sets.constructed.yml", "partner.e2e.yml", "new_server.yml"),
    ("docs/docsite/rst/guide_secrets.rst", "yaml"): ("secrets.yml",),
    ("docs/docsite/rst/guide_secrets.rst", "yaml+jinja"): ("shop.yml",),
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


def files_of(page: str, text: str) -> list[tuple[int, str, str]]:
    """What a page tells the reader to write, in its order: the line at which it stands, the file, and its text."""
    found = []
    for (owner, language), names in FILES.items():
        if owner == page:
            written = [block for block in blocks(text, Path(page).suffix) if block.language == language]
            found += [(block.line, name, block.text + "\n") for name, block in zip(names, written)]
    return sorted(found)


def printed(shown: str, output: str) -> bool:
    """Whether a command has printed what its page shows, in which `...` stands for anything."""
    pattern = re.escape(shown).replace(re.escape("..."), ".*")
    return bool(re.search(rf"^{pattern}$", re.sub(" +$", "", output, flags=re.MULTILINE), re.MULTILINE | re.DOTALL))


def run_page(page: str, terminal: Terminal, clone: Path, url: str) -> list[str]:
    """Read a page from its top: write its files, type its commands into a terminal, and return what is to be said about those that fail."""
    text = (ROOT / page).read_text(encoding="utf-8")
    files = files_of(page, text)
    address = url.removeprefix("http://")
    problems = []
    for command in commands(page, text):
        while files and files[0][0] <= command.line:
            _line, name, content = files.pop(0)
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_text(content, encoding="utf-8")
        try:
            for start, preparation in BEFORE.items():
                if command.text.startswith(start):
                    terminal.run(preparation)
            option = next((option for pattern, option in SERVERS if re.fullmatch(pattern, command.text)), None)
            if option is None:
                output = terminal.run(DEFAULT_ADDRESS.sub(address, substitute(command.text).replace("{url}", url)))
                if command.shown and not printed(DEFAULT_ADDRESS.sub(address, command.shown), output):
                    problems.append(f"{command}\nprints something else than the page shows:\n{output[-3000:]}")
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
    """This is also the proof that a reader who has never seen the project gets to a deployed function by copying blocks in order.

    The pages that come first are run as they are in a clone in which nobody has done anything, block by block from their top, and what a page
    shows as the output of a command has to be what that prints: at last the answer of the function.
    """
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


def test_the_way_of_a_new_reader_ends_at_an_answer() -> None:
    """Nothing before it on these pages is left out, so the test above sees the answer, and that it changes with the code."""
    assert tuple(PAGES[:len(FIRST)]) == FIRST
    calls = [command for command in commands(FIRST_FUNCTION, (ROOT / FIRST_FUNCTION).read_text(encoding="utf-8")) if command.text.startswith("curl ")]
    assert [call.shown for call in calls] == ["Namaste, world!", "Namaste, India!"]
    assert len({call.text for call in calls}) == 1 and all(substitute(call.text) == call.text for call in calls)


def test_the_pages_have_commands() -> None:
    """Otherwise the tests above would pass by finding nothing."""
    assert {"README.md", "roles/faas_function/README.md", "tests/emulator/README.md", "docs/docsite/rst/guide_inventory.rst"} <= {
        command.page for command in documentation()}


WORKFLOW_KEYS = {"name", "jobs", "permissions"}
JOB_KEYS = {"runs-on", "steps", "if", "env", "environment", "concurrency", "timeout-minutes"}


def test_workflows_are_what_a_server_for_continuous_integration_takes() -> None:
    found = [said for page in PAGES for block in blocks((ROOT / page).read_text(encoding="utf-8"), Path(page).suffix) if (said := workflow(block))]
    assert len(found) >= 2
    for said in found:
        # YAML 1.1 reads the key `on` as a truth value.
        triggers = said.pop(True)
        assert {"name", "jobs"} <= set(said) <= WORKFLOW_KEYS and set(triggers) <= {"push", "pull_request"}
        for job in said["jobs"].values():
            assert {"runs-on", "steps"} <= set(job) <= JOB_KEYS
            for step in job["steps"]:
                assert ("uses" in step) != ("run" in step) and set(step) <= {"name", "uses", "with", "run"}
                assert "@" in step.get("uses", "@")


def test_workflows_hand_credentials_over_by_the_environment_only() -> None:
    found = [said for page in PAGES for block in blocks((ROOT / page).read_text(encoding="utf-8"), Path(page).suffix) if (said := workflow(block))]
    jobs = [job for said in found for job in said["jobs"].values()]
    scopes = [job["env"] for job in jobs if "env" in job]
    assert scopes
    for variables in scopes:
        assert set(variables) == {"E2E_API_KEY", "E2E_AUTH_TOKEN", "E2E_PROJECT_ID", "E2E_LOCATION"}
        assert all(re.fullmatch(r"\$\{\{ secrets\.\w+ \}\}", variables[name]) for name in ("E2E_API_KEY", "E2E_AUTH_TOKEN"))
    assert not any("${{" in step.get("run", "") for job in jobs for step in job["steps"])
    # What may write is there for pushes only, and what a pull request runs only looks.
    for job in jobs:
        plays = [line for step in job["steps"] for line in step.get("run", "").splitlines() if line.startswith("ansible-playbook")]
        if plays:
            assert all(("--check" in line) == ("pull_request" in job["if"]) for line in plays)


RECAP = "localhost : ok=1 changed={} unreachable=0\\n"


@pytest.mark.parametrize(("recaps", "code", "well"), [
    ((0,), 0, True), ((0, 0), 0, True), ((2,), 0, False), ((0, 1), 0, False), ((), 0, False), ((0,), 2, False), ((), 4, False)])
@pytest.mark.parametrize("page", ["docs/docsite/rst/guide_ci.rst", "docs/docsite/rst/guide_testing.rst"])
def test_a_run_that_failed_or_changed_something_is_never_taken_for_one_without_a_change(
    tmp_path: Path, page: str, recaps: tuple[int, ...], code: int, well: bool,
) -> None:
    stub = tmp_path / "bin" / "ansible-playbook"
    stub.parent.mkdir()
    stub.write_text(f"#!/bin/sh\nprintf '{''.join(map(RECAP.format, recaps))}'\nexit {code}\n", encoding="utf-8")
    stub.chmod(0o755)
    typed = [command.text for command in commands(page, (ROOT / page).read_text(encoding="utf-8"))]
    lines = [re.sub(r"^e2e-emulator .*? -- ", "", line) for line in typed if re.search(r"\b(check|second)\.log\b", line)]
    assert len(lines) > 1
    # As a server for continuous integration runs them.
    done = subprocess.run(["bash", "-e", "-c", "\n".join(lines)], cwd=tmp_path, env=environment(tmp_path), check=False, stdout=subprocess.PIPE, text=True)
    assert (done.returncode == 0) == well
    assert all(RECAP.format(recap).replace("\\n", "\n") in done.stdout for recap in recaps)


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
    assert [command.shown for command in commands("page.rst", RST)] == ["", "output", "", "", ""]
    assert [(block.language, block.text) for block in blocks(RST, ".rst")][-1] == ("yaml+jinja", "a: 1")


def test_what_a_page_shows_is_held_against_what_is_printed(tmp_path: Path) -> None:
    assert printed("two", "one\ntwo  \nthree\n") and printed("one\n...\nthree\n...", "one\ntwo\nthree\nfour\n") and printed("o...e", "one\n")
    assert not printed("tw", "two\n") and not printed("one\nthree", "one\ntwo\nthree\n") and not printed("two\n...\none", "one\ntwo\n")
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo there\nthere\n$ echo here\nthere\n```\n", encoding="utf-8")
    with Terminal(tmp_path, environment(tmp_path)) as terminal:
        assert run_page(str(page), terminal, tmp_path, "") == [f"{page}:4: echo here\nprints something else than the page shows:\nhere\n"]


def test_files_are_written_as_the_page_comes_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\none\n```\n```console\n$ cat a.py\none\n```\n```python\ntwo\n```\n```console\n$ cat a.py\ntwo\n```\n", encoding="utf-8")
    monkeypatch.setitem(FILES, (str(page), "python"), ("a.py", "a.py"))
    with Terminal(tmp_path, environment(tmp_path)) as terminal:
        assert run_page(str(page), terminal, tmp_path, "") == []


def test_a_terminal_keeps_variables_and_names_what_fails(tmp_path: Path) -> None:
    with Terminal(tmp_path, environment(tmp_path)) as terminal:
        terminal.run("export WORD='two words'")
        assert terminal.run('echo "$WORD"') == "two words\n"
        (tmp_path / "page.md").write_text("```console\ntrue\necho gone; exit 3\n```\n", encoding="utf-8")
        assert run_page(str(tmp_path / "page.md"), terminal, tmp_path, "") == [f"{tmp_path / 'page.md'}:3: echo gone; exit 3\nexit code 3\ngone\n"]
