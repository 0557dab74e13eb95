# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode of the role tells the truth: random pairs of a state and a wanted state, many functions in each play."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from check_mode import Count, Options
from controller import ROOT, Controller, Play
from gateways import IMAGE
from proof import Proof
from samples import NOT_RUNNABLE

ROLE = "e2enetworks.cloud.faas_function"
FUNCTIONS = 10
PLAYS = 2
CODE = {"one/Handler.cs": "// one\n", "two/Handler.cs": "// two\n", "three/handler.rb": "# three\n"}
STATE = ("present", "present", "present", "absent")
SECRET_ENV = ({}, {"TOKEN": "a-secret-token"}, {"TOKEN": "another-token"})


@dataclass(frozen=True)
class Platform:
    """Where the role deploys, and what may be wanted there: the values of its variables, without their prefix.

    :param given: what every function has: groups of variables that belong together.
    :param more: what one may have besides.
    :param assigned: what of a result only the server can fill.
    """

    given: Sequence[Options]
    more: dict[str, Sequence[Any]]
    assigned: frozenset[str]
    server: Options

    def draw(self, chance: random.Random) -> Options:
        """What one function shall be."""
        more = {name: chance.choice(values) for name, values in self.more.items() if chance.random() < 0.5}
        return {"state": chance.choice(STATE), **chance.choice(self.given), **more}


PLATFORMS = {
    "account": Platform(
        [{"runtime": NOT_RUNNABLE, "src": "one"}, {"runtime": NOT_RUNNABLE, "src": "two"}, {"runtime": "ruby", "src": "three"}],
        {
            "memory": (128, 256),
            "timeout": (10, 60),
            "env": ({}, {"MODE": "fast"}, {"MODE": "slow", "LINES": "a\n  b"}),
            "secret_env": SECRET_ENV,
            "allow_replace": (True, False),
        },
        frozenset({"url"}),
        {},
    ),
    "gateway": Platform(
        [{"provider": "openfaas", "image": image, "env_process": "cat"} for image in (IMAGE, f"{IMAGE}-alpine")],
        {
            "env": ({}, {"MODE": "fast"}, {"MODE": "slow", "QUERY": "a=b=c"}),
            "secret_env": SECRET_ENV,
            "labels": ({}, {"team": "billing"}, {"team": "shop", "tier": "1"}),
            "limits": ({"memory": "128Mi"}, {"memory": "256Mi"}),
        },
        frozenset(),
        {"gateway_dialect": "faasd"},
    ),
}


class Run:
    """The role for each function in turn, whatever becomes of the ones before."""

    def __init__(self, controller: Controller, wanted: list[Options], *arguments: str) -> None:
        tasks = []
        for number, one in enumerate(wanted):
            variables = {f"faas_function_{name}": value for name, value in {"name": f"f{number}", **one}.items()}
            role = {"ansible.builtin.include_role": {"name": ROLE}, "vars": variables}
            published = {"name": f"result {number}", "ansible.builtin.debug": {"msg": "{{ faas_function_result }}"}}
            failed = {"name": f"failure {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}
            tasks.append({"block": [role, published], "rescue": [failed]})
        self.play: Play = controller.tasks(tasks, "--diff", *arguments).succeeded()
        self._said = {task.name: task.result["msg"] for task in self.play.tasks if task.name.startswith(("result ", "failure "))}
        self.diffs = [task.result["diff"] for task in self.play.tasks if task.status == "ok" and task.result.get("diff")]

    def result(self, number: int) -> Options:
        """What the role has published; empty where it failed."""
        found: Options = self._said.get(f"result {number}", {})
        return found

    def failure(self, number: int) -> str:
        return str(self._said.get(f"failure {number}", ""))


def hold(run: Callable[..., Run], emulator: Any, platform: Platform, pairs: list[tuple[Options, Options]], count: Count) -> None:
    """Bring the functions into their states, and then to the wanted ones: in check mode, for real, and again."""
    emulator.reset()
    begun = run([state for state, _wanted in pairs])
    assert not [said for number in range(len(pairs)) if (said := begun.failure(number))]
    wanted = [wanted for _state, wanted in pairs]
    before = emulator.writes()
    predicted = run(wanted, "--check")
    assert emulator.writes() == before, "check mode has sent a write"
    real = run(wanted)
    after = emulator.writes()
    again = run(wanted)
    assert emulator.writes() == after, "the second run has sent a write"
    assert predicted.diffs == real.diffs and again.diffs == []
    for number in range(len(pairs)):
        count.pairs += 1
        assert predicted.failure(number) == real.failure(number)
        if real.failure(number):
            count.refusals += 1
            continue
        found, foretold = real.result(number), predicted.result(number)
        unlike = {name for name, value in found.items() if foretold[name] != value}
        assert found.keys() == foretold.keys() and all(name in platform.assigned and foretold[name] is None for name in unlike), (foretold, found)
        assert again.result(number) == {**found, "changed": False}
        count.changes += found["changed"]


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_role(proof: Proof, name: str, emulator_factory: Callable[..., Any], tmp_path: Path) -> None:
    platform, count = PLATFORMS[name], Count()
    emulator = emulator_factory(build_seconds=0, **platform.server)
    controller = Controller(ROOT.parents[2], tmp_path, {**emulator.env, **emulator.gateway_env})
    for path, code in CODE.items():
        controller.file(path, code)
    try:
        for _play in range(PLAYS):
            pairs = [(platform.draw(proof.random), platform.draw(proof.random)) for _function in range(FUNCTIONS)]
            hold(lambda wanted, *arguments: Run(controller, wanted, *arguments), emulator, platform, pairs, count)
    finally:
        proof.closes_with(f"check mode of the role, {name}: {count}")
    assert count.pairs == FUNCTIONS * PLAYS and count.changes
