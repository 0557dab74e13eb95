# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as a user has it: its help, what it prints for a shell, and a command that it runs meanwhile."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.emulator import __version__
from tests.emulator.cli import exports, parse, variables
from tests.emulator.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
EMULATOR = [sys.executable, "-m", "tests.emulator"]
LOOK = """\
import json, os, urllib.request
page = urllib.request.Request(os.environ["OPENFAAS_URL"] + "/", headers={"Accept": "text/html"})
found = {"title": b"E2E emulator" in urllib.request.urlopen(page).read()}
print(json.dumps({**found, **{name: value for name, value in os.environ.items() if name.startswith(("E2E_", "OPENFAAS_"))}}))
raise SystemExit(3)
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run([*EMULATOR, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8")) if (ROOT / "galaxy.yml").exists() else {"version": __version__}
    assert __version__ == galaxy["version"], "tests/emulator/__init__.py has the emulator's version"
    assert run("--version").stdout == f"e2e-emulator {__version__}\n"


def test_the_help_has_every_option_and_fits_the_terminal() -> None:
    done = run("--help", COLUMNS="100")
    assert (done.returncode, done.stderr) == (0, "")
    unknown = {"project_ids": "project-id", "shared_project_ids": "shared-project-id", "activated": "not-activated", "credit": "no-credit"}
    unknown["upgrade_while_running"] = "no-upgrade-while-running"
    for field in dataclasses.fields(Settings):
        assert f"  --{unknown.get(field.name, field.name.replace('_', '-'))} " in done.stdout, field.name
    assert "examples:" in done.stdout and max(map(len, done.stdout.splitlines())) <= 110
    readme = (ROOT / "tests" / "emulator" / "README.md").read_text(encoding="utf-8")
    described = set(re.findall(r"--[a-z][a-z-]+", "\n".join(line.split("|")[1] for line in readme.splitlines() if line.startswith("| `--"))))
    assert described == set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", done.stdout, re.MULTILINE)) - {"--help", "--version"}


def test_what_it_prints_is_for_a_shell() -> None:
    settings = Settings(auth_token="it's $HOME", gateway_password="two words", project_ids=("7", "8"))
    lines = exports(variables(settings, "http://127.0.0.1:1"))
    script = f"{lines}\nprintf '%s|' \"$E2E_API_ENDPOINT\" \"$E2E_AUTH_TOKEN\" \"$E2E_PROJECT_ID\" \"$E2E_LOCATION\" \"$OPENFAAS_URL\" \"$OPENFAAS_PASSWORD\""
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert said == "http://127.0.0.1:1/myaccount/api/v1/|it's $HOME|7|Delhi|http://127.0.0.1:1|two words|"


def test_env_when_it_is_ready() -> None:
    with subprocess.Popen([*EMULATOR, "--port", "0", "--env"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    url = first.removeprefix("# ").strip()
    assert first == f"# {url}\n" and rest == exports(variables(Settings(), url)) + "\n"


def test_a_command_has_an_emulator_of_its_own() -> None:
    done = run("--project-id", "7", "--", sys.executable, "-c", LOOK)
    assert (done.returncode, done.stderr) == (3, "")
    seen = json.loads(done.stdout)
    assert seen["title"] is True and seen["E2E_PROJECT_ID"] == "7"
    assert seen["E2E_API_ENDPOINT"] == seen["OPENFAAS_URL"] + "/myaccount/api/v1/" and not seen["OPENFAAS_URL"].endswith(":8480")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on(number: int) -> None:
    command = [*EMULATOR, "--", "sh", "-c", "echo $$; exec sleep 300"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        pid = int(process.stdout.readline())
        process.send_signal(number)
        said = process.stderr.read()
    assert (process.returncode, said) == (128 + number, "")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_command_that_is_none() -> None:
    done = run("--", "no-such-program")
    assert done.returncode == 127 and "there is no program no-such-program" in done.stderr and "Traceback" not in done.stderr
    done = run("--", str(ROOT))
    assert done.returncode == 126 and "cannot run" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(("arguments", "says"), [(("--",), "no command after --"), (("--env", "--", "true"), "--env")])
def test_what_does_not_go_together(arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(list(arguments))
    assert says in capsys.readouterr().err


def test_ports() -> None:
    assert [parse(one).settings.port for one in ([], ["--port", "9000"], ["--", "true"], ["--port", "9000", "--", "true", "--", "x"])] == [8480, 9000, 0, 9000]
    assert parse(["--", "a", "--port", "x", "--", "b"]).command == ("a", "--port", "x", "--", "b")
