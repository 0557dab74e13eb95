# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a function, with each of the three amounts that a read may return (reference B.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from controller import Controller
from samples import HELLO, PYTHON, python

SETTINGS: dict[str, Any] = {"name": "life", "runtime": PYTHON, "memory": 256, "env": {"GREETING": "hi"}, "secret_env": {"TOKEN": "a-secret-token"}}
# What no read returns cannot be predicted or reported.
ONLY_IN_MORE_THAN_MINIMAL = ("memory", "timeout", "hardware", "env_names", "secret_env_names", "secrets", "digest")


@pytest.fixture(params=["full", "no-code", "minimal"])
def readback(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


@pytest.fixture
def server(emulator_factory: Callable[..., Any], readback: str) -> Any:
    return emulator_factory(readback=readback, build_seconds=0.1)


@pytest.fixture
def machine(controller_of: Callable[[Any], Controller], server: Any) -> Controller:
    return controller_of(server)


def alike(predicted: dict[str, Any], real: dict[str, Any], readback: str) -> None:
    """Check mode's result is the real one, apart from what only the server can say."""
    unknown = ("id", "url", *(ONLY_IN_MORE_THAN_MINIMAL if readback == "minimal" else ()))
    for key in predicted["function"].keys() - set(unknown):
        assert predicted["function"][key] == real["function"][key], key
    assert predicted["diff"] == real["diff"]
    assert predicted["changed"] == real["changed"]


def both(machine: Controller, server: Any, readback: str, **options: Any) -> dict[str, Any]:
    """Predict, check that nothing was sent, do it, compare."""
    server.clear_requests()
    predicted = machine.function(check_mode=True, **options)
    assert server.writes() == 0
    real = machine.function(**options)
    assert not real.get("failed"), real
    alike(predicted, real, readback)
    return real


def test_the_life_of_a_function(machine: Controller, server: Any, readback: str) -> None:
    code = {"full": "returned", "no-code": "by digest", "minimal": "unknown"}[readback]

    created = both(machine, server, readback, code=HELLO, **SETTINGS)
    assert created["changed"] and created["actions"] == ["created function life"]
    assert created["function"]["status"] == "running"

    again = both(machine, server, readback, code=HELLO, **SETTINGS)
    assert again["changed"] is (code == "unknown")
    assert bool(again["warnings"]) is (code == "unknown")
    assert again["function"].keys() == created["function"].keys()

    changed = both(machine, server, readback, code=python("bye"), **SETTINGS)
    assert changed["changed"]
    shown = str(changed["diff"])
    assert ("bye" in shown) is (code == "returned")
    assert ("compared by digest" in shown) is (code == "by digest")
    assert ("not returned by the API" in shown) is (code == "unknown")
    assert "a-secret-token" not in shown

    answer = machine.module("e2e_faas_invoke", name="life")
    assert (answer["status"], answer["body"]) == (200, "bye")

    info = machine.module("e2e_faas_function_info", names=["life", "other"])
    assert [function["name"] for function in info["functions"]] == ["life"] and info["missing"] == ["other"]

    gone = both(machine, server, readback, name="life", state="absent")
    assert gone["changed"] and gone["function"]["status"] == "absent"
    assert not both(machine, server, readback, name="life", state="absent")["changed"]
    assert server.control("GET", "requests")["counts"].get("PUT", 0) == 0


def test_more_memory_keeps_the_rest_where_the_rest_is_known(machine: Controller, server: Any, readback: str) -> None:
    machine.function(code=HELLO, **SETTINGS)
    server.clear_requests()

    result = machine.function(name="life", memory=1024)

    if readback == "minimal":
        # The variables are not known either, and the API replaces them.
        assert any("env is cleared" in warning for warning in result["warnings"])
    else:
        assert result["function"]["memory"] == 1024 and result["function"]["secret_env_names"] == ["TOKEN"]
        assert machine.function(code=HELLO, **{**SETTINGS, "memory": 1024})["changed"] is False
    # Where the code is not returned, the form that leaves it alone is sent; the other one would replace it.
    assert result["changed"] and result["upload"] == ("text" if readback == "full" else "zip")
    assert machine.module("e2e_faas_invoke", name="life")["status"] == 200


def test_an_update_as_text_needs_the_code(machine: Controller, server: Any, readback: str) -> None:
    machine.function(code=HELLO, **SETTINGS)
    server.clear_requests()

    result = machine.function(name="life", memory=1024, upload="text")

    if readback != "full":
        assert result["failed"] and "Give src, code or image" in result["msg"]
        assert server.writes() == 0


def test_when_unknown_decides_what_cannot_be_compared(machine: Controller, server: Any, readback: str) -> None:
    machine.function(code=HELLO, **SETTINGS)
    server.clear_requests()

    kept = machine.function(code=HELLO, when_unknown="keep", **SETTINGS)
    refused = machine.function(code=HELLO, when_unknown="fail", **SETTINGS)

    assert not kept["changed"] and server.writes() == 0
    assert bool(kept["warnings"]) is (readback == "minimal")
    assert bool(refused.get("failed")) is (readback == "minimal")


def test_a_foreign_or_missing_digest_alone_is_no_change_where_the_code_is_known(machine: Controller, server: Any, readback: str) -> None:
    machine.function(code=HELLO, digest_variable="", **SETTINGS)
    server.clear_requests()

    result = machine.function(code=HELLO, **SETTINGS)

    assert result["changed"] is (readback != "full")
    # One update later the digest is there, and decides.
    assert machine.function(code=HELLO, **SETTINGS)["changed"] is (readback == "minimal")


def test_a_snapshot_brings_the_version_before_back(machine: Controller, server: Any, readback: str) -> None:
    machine.function(code=HELLO, **SETTINGS)
    snapshot = machine.folder / "before.json"

    result = machine.function(code=python("bad"), snapshot_dest=str(snapshot), **SETTINGS)

    if readback != "full":
        assert result["snapshot"] is None and not snapshot.exists()
        assert any("snapshot_dest" in warning for warning in result["warnings"])
        return
    assert result["snapshot"] == str(snapshot)
    assert snapshot.stat().st_mode & 0o777 == 0o600
    restored = machine.function(name="life", snapshot=str(snapshot))
    assert restored["changed"]
    assert machine.module("e2e_faas_invoke", name="life")["body"] == "hello"
    assert machine.function(code=HELLO, **SETTINGS)["changed"] is False
