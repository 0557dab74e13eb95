# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_image
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, Run, ScriptedApi, run_module

PROGRAM = """\
#!/bin/sh
echo "${{0##*/}} $*" >> {log}
case "$*" in
  "image inspect "*) exit {here};;
  push*) exit {push};;
esac
echo "with $*"; printf 'caf\\351\\n\\n'; echo "in $PWD" >&2
"""


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "src"
    path.mkdir()
    (path / "Dockerfile").write_text("FROM scratch\n")
    return path


@pytest.fixture
def docker(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., t.Callable[[], list[str]]]:
    """Puts a docker onto the PATH, and gives what reads the calls that it got."""

    def make(*, here: int = 1, push: int = 0) -> t.Callable[[], list[str]]:
        log, program = tmp_path / "calls", tmp_path / "bin" / "docker"
        program.parent.mkdir(exist_ok=True)
        program.write_text(PROGRAM.format(log=log, here=here, push=push))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")
        return lambda: log.read_text().splitlines() if log.exists() else []

    return make


def run(source: pathlib.Path, check: bool = False, secrets: t.Iterable[str] = (), **more: t.Any) -> Run:
    return run_module(e2e_faas_image, {"src": str(source), "image": "shop/hello:v2", "builder": "docker", **more}, check=check, secrets=secrets)


def test_predicted_and_built(api: ScriptedApi, source: pathlib.Path, docker: t.Any, tmp_path: pathlib.Path) -> None:
    calls = docker()
    predicted = run(source, check=True)
    image = predicted["image"]
    assert calls() == [f"docker image inspect {image}"] and predicted["actions"] == [f"build {image}", f"push {image}"]

    built = run(source, chdir=str(tmp_path))

    assert calls()[1:] == [f"docker image inspect {image}", f"docker build --tag {image} {source}", f"docker push {image}"]
    for key in ("changed", "image", "fingerprint", "built", "pushed", "diff"):
        assert predicted[key] == built[key], key
    assert built["actions"] == [f"built {image}", f"pushed {image}"] and image == f"shop/hello:v2-{built['fingerprint'][:12]}"
    assert api.sent == []


def test_the_log_of_a_build(source: pathlib.Path, docker: t.Any, tmp_path: pathlib.Path) -> None:
    docker()
    outcome = run(source, push=False, chdir=str(tmp_path), build_args={"A": "$HOME"})

    assert outcome["log"] == [f"with build --tag {outcome['image']} --build-arg A=******** {source}", "caf\ufffd", f"in {tmp_path}"]


def test_values_of_arguments_are_in_no_output_and_shred_nothing(source: pathlib.Path, docker: t.Any) -> None:
    """As with no_log, but a value that is part of the image's name does not make the name unusable."""
    docker(push=1)
    outcome = run(source, secrets=["v3ry-secret"], build_args={"TOKEN": "v3ry-secret", "NAME": "hello", "VERSION": 2, "KEY": API_KEY}, api_key=API_KEY)

    assert outcome.msg.startswith("docker built shop/hello:v2-") and outcome["error"]["code"] == "build_failed"
    assert outcome["image"].startswith("shop/hello:v2-") and (outcome["changed"], outcome["built"], outcome["pushed"]) == (True, True, False)
    assert outcome["invocation"]["module_args"]["build_args"] == dict.fromkeys(("TOKEN", "NAME", "VERSION", "KEY"), "********")


def test_a_failure_ends_with_the_log(source: pathlib.Path, docker: t.Any, tmp_path: pathlib.Path) -> None:
    docker()
    program = tmp_path / "bin" / "docker"
    program.write_text("#!/bin/sh\necho step 1\necho no space left >&2\nexit 7\n")

    outcome = run(source)

    line = f"docker could not build {outcome['image']} (exit code 7). Nothing was deployed."
    assert outcome.msg.splitlines() == [line, "Last lines of its log:", "  step 1", "  no space left"]
    assert outcome["log"] == ["step 1", "no space left"] and not outcome["changed"]


def test_a_builder_that_cannot_be_started(source: pathlib.Path, docker: t.Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker()
    (tmp_path / "bin" / "docker").write_text("#!/no/such/interpreter\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    outcome = run(source, secrets=["v3ry-secret"], build_args={"A": "v3ry-secret"})

    assert outcome.msg == "docker cannot be started: No such file or directory." and outcome.code == "invalid_input"


@pytest.mark.parametrize("variables", [{"image": ""}, {"src": ""}])
def test_what_comes_from_a_variable_that_is_not_set(source: pathlib.Path, variables: dict[str, str]) -> None:
    assert "is empty. Perhaps the variable that it comes from is." in run(source, **variables).msg


def test_the_options_of_the_groups_are_accepted(source: pathlib.Path, docker: t.Any) -> None:
    docker(here=0)
    outcome = run(source, push=False, gateway_url="https://gateway.example.test", gateway_timeout=90, api_endpoint="https://api.example.test/")

    assert (outcome["changed"], outcome["actions"], outcome.failed) == (False, [], False)
