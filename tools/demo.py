# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: the collection deploys four real functions on the emulator, without an account, a key or a bill."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from tools import emulator
from tools.condense import ESCAPES, condense
from tools.project import CACHE, COLLECTION, ROOT, ToolError, environment
from tools.tarball import build
from tools.venvs import ensure

PLAYBOOK = Path("playbooks") / "demo.yml"
NODES_PLAYBOOK = Path("playbooks") / "demo_nodes.yml"
INVENTORY = Path("playbooks") / "demo" / "e2e.yml"
FUNCTIONS = ROOT / "playbooks" / "demo" / "functions"

# The edits that the demo makes to its own copy of the functions: one travels as a text, the other one in a ZIP.
EDITS = (
    (Path("hello") / "handler.py", 'GREETING = "Hello"', 'GREETING = "Good morning"'),
    (Path("invoice") / "billing" / "rates.json", '"electronics": 18', '"electronics": 28'),
)

_HOSTS = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'
_RECAP = re.compile(r"^localhost\s+: .*?\bchanged=(\d+)\s.*?\bunreachable=(\d+)\s.*?\bfailed=(\d+)\b", re.MULTILINE)


class Demo:
    """The steps of the demo, which share a scratch folder, an environment and an emulator."""

    def __init__(self, env: Mapping[str, str], scratch: Path) -> None:
        self._env = env
        self._scratch = scratch

    def play(self, *options: str, playbook: Path = PLAYBOOK) -> int:
        """Run a playbook, show the gist of what it prints, and return how many tasks changed something.

        Raises ToolError when a task failed.
        """
        variables = json.dumps({"demo_functions_dir": str(self._scratch / "functions")})
        command = ["ansible-playbook", str(playbook), "-e", variables, *options]
        log = CACHE / "logs" / "demo.log"
        with log.open("a", encoding="utf-8") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, env=dict(self._env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, encoding="utf-8", errors="replace",
            )
            seen: list[str] = []
            for line in condense(_kept(process.stdout or (), seen, file)):
                print(line, end="", flush=True)
            code = process.wait()
        recap = _RECAP.search(ESCAPES.sub("", "".join(seen)))
        if code or recap is None or recap[2] != "0" or recap[3] != "0":
            raise ToolError(f"The playbook failed (exit code {code}). Full logs: .cache/logs/demo.log and .cache/logs/emulator-demo.log")
        return int(recap[1])

    def inventory(self) -> str:
        """Return the inventory of the demo's nodes as a tree of groups and hosts."""
        result = subprocess.run(
            ["ansible-inventory", "-i", str(INVENTORY), "--graph"],
            cwd=ROOT, env=dict(self._env), stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False,
        )
        if result.returncode:
            raise ToolError(f"The inventory could not be read:\n{result.stdout}{result.stderr}")
        return result.stdout

    def edit(self) -> str:
        """Change two functions in the scratch folder and say how."""
        said = []
        for file, old, new in EDITS:
            path = self._scratch / "functions" / file
            text = path.read_text(encoding="utf-8")
            if old not in text:
                raise ToolError(f"The demo wanted to replace {old} in {file}, which does not hold it.")
            path.write_text(text.replace(old, new), encoding="utf-8")
            said.append(f"In {file}: {old} becomes {new}")
        return "\n".join(said)


def _kept(lines: Iterable[str], seen: list[str], file: TextIO) -> Iterator[str]:
    for line in lines:
        seen.append(line)
        file.write(line)
        yield line


def heading(text: str) -> None:
    """Print a line that separates two steps."""
    line = f"\n=== {text} "
    print(f"\033[1m{line:=<79}\033[0m" if sys.stdout.isatty() else f"{line:=<79}", flush=True)


def install() -> Path:
    """Build the collection, install it as a user would, and return the folder it went to."""
    scratch = CACHE / "demo"
    shutil.rmtree(scratch, ignore_errors=True)
    archive = build("demo", scratch)
    target = CACHE / "collections"
    shutil.rmtree(target, ignore_errors=True)
    result = subprocess.run(
        ["ansible-galaxy", "collection", "install", str(archive), "--offline", "-p", str(target)],
        cwd=ROOT, env=environment(ensure("run"), collections=target), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
    if result.returncode or not (target / COLLECTION / "MANIFEST.json").exists():
        raise ToolError(f"The collection could not be installed:\n{result.stdout}{result.stderr}")
    print(f"{archive.name} is installed in {target.relative_to(ROOT)}/")
    return target


def ansible_settings(scratch: Path) -> dict[str, str]:
    """Return the settings which keep Ansible's output to what a reader of the demo wants to see."""
    hosts = scratch / "hosts.ini"
    hosts.write_text(_HOSTS, encoding="utf-8")
    configuration = scratch / "ansible.cfg"
    configuration.write_text("[defaults]\n", encoding="utf-8")
    settings = {
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_INVENTORY": str(hosts),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
        # On the machine itself Ansible takes the user's real home folder, whatever HOME says.
        "ANSIBLE_REMOTE_TMP": str(scratch / "tmp"),
    }
    if sys.stdout.isatty():
        settings["ANSIBLE_FORCE_COLOR"] = "true"
    return settings


def main() -> None:
    """Play the demo. Raises ToolError when a step does not show what it promises."""
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(143))
    venv = ensure("run")

    heading("Build and install the collection")
    collections = install()
    scratch = CACHE / "demo"
    shutil.copytree(FUNCTIONS, scratch / "functions")

    env = environment(venv, collections=collections, extra=ansible_settings(scratch))
    (CACHE / "logs" / "demo.log").unlink(missing_ok=True)
    with emulator.running(venv / "bin" / "python", env, name="demo") as url:
        print(f"The emulator of the E2E API listens on {url} until the demo ends.")
        demo = Demo({**env, **emulator.credentials(url)}, scratch)

        heading("First run: package, deploy, wait, call")
        if not demo.play():
            raise ToolError("The first run changed nothing, although there was no function yet.")

        heading("Second run: nothing has changed, so nothing is done")
        changed = demo.play()
        if changed:
            raise ToolError(f"The second run changed {changed} tasks, it should change none.")

        heading("Edit two files, then ask what would happen: --check --diff")
        print(demo.edit())
        predicted = demo.play("--check", "--diff")
        if predicted != len(EDITS):
            raise ToolError(f"The check run sees {predicted} changes, where {len(EDITS)} files have changed.")

        heading("The same for real: --diff")
        changed = demo.play("--diff")
        if changed != predicted:
            raise ToolError(f"The last run changed {changed} tasks, and the check run before it said {predicted}.")

        heading("Nodes: what would be made of nothing, --check --diff")
        if not demo.play("--check", "--diff", playbook=NODES_PLAYBOOK):
            raise ToolError("The check run says that no node would be made.")

        heading("The same for real: a key, a network, two nodes, a volume and more")
        if not demo.play(playbook=NODES_PLAYBOOK):
            raise ToolError("The first run made no node.")

        heading("Once more: nothing is ordered twice")
        changed = demo.play(playbook=NODES_PLAYBOOK)
        if changed:
            raise ToolError(f"The second run of {NODES_PLAYBOOK} changed {changed} tasks, it should change none.")

        heading("The inventory of them: ansible-inventory --graph")
        print(f"By label, as {INVENTORY} says:")
        tree = demo.inventory()
        print(tree, end="")
        if tree.count("demo-web-") != 2:
            raise ToolError("The inventory does not hold the two nodes of the demo.")

        heading("Everything of it removed again")
        demo.play("-e", "demo_nodes_state=absent", playbook=NODES_PLAYBOOK)
        if "demo-web-" in demo.inventory():
            raise ToolError("The inventory still holds nodes of the demo.")

    heading("Done")
    print(f"The emulator is stopped. The playbooks are {PLAYBOOK} and {NODES_PLAYBOOK}, the functions are in {FUNCTIONS.relative_to(ROOT)}/.")
    print("Every line that Ansible printed is in .cache/logs/demo.log.")


if __name__ == "__main__":
    try:
        main()
    except ToolError as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit(130)
