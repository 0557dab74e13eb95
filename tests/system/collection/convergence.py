# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every changing module: check mode tells what the run does, and a second run does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from controller import Controller
from in_process import InProcess


@dataclass(frozen=True)
class Kind:
    """One changing module: what it is called with to create, to change and to remove, and its create on the wire.

    ``assigned`` are the fields of its result that only the server can fill; ``bill`` is its name on the bill.
    """

    module: str
    create: dict[str, Any]
    changes: list[dict[str, Any]]
    assigned: set[str]
    path: str
    bill: str = ""
    identity: tuple[str, ...] = ("name",)

    @property
    def key(self) -> str:
        return self.module.removeprefix("e2e_")


def predicted_and_real(controller: Controller, emulator: Any, module: str, key: str, options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The results of check mode and of the run, which agree in everything but the values of the resource under ``key``."""
    before = emulator.writes()
    predicted = controller.module(module, check_mode=True, **options)
    assert not predicted.get("failed"), predicted
    assert emulator.writes() == before
    real = controller.module(module, **options)
    assert not real.get("failed"), real
    assert predicted["changed"] is real["changed"] is True
    assert predicted["diff"] == real["diff"] != []
    assert len(predicted["actions"]) == len(real["actions"]) == 1
    assert predicted[key].keys() == real[key].keys()
    return predicted, real


def both(controller: Controller, emulator: Any, kind: Kind, options: dict[str, Any]) -> dict[str, Any]:
    """Predict, run, run again: the result of the run, held against what check mode said."""
    predicted, real = predicted_and_real(controller, emulator, kind.module, kind.key, options)
    unlike = {name for name, value in real[kind.key].items() if predicted[kind.key][name] != value}
    assert unlike <= kind.assigned, {name: (predicted[kind.key][name], real[kind.key][name]) for name in unlike}
    unchanged(controller, emulator, kind.module, options)
    return real


def unchanged(controller: Controller | InProcess, emulator: Any, module: str, options: dict[str, Any]) -> None:
    """Run again, and once more in check mode: nothing is sent, and nothing is said to change."""
    before = emulator.writes()
    for check_mode in (False, True):
        again = controller.module(module, check_mode=check_mode, **options)
        assert not again.get("failed"), again
        assert (again["changed"], again["diff"], again["actions"]) == (False, [], [])
    assert emulator.writes() == before
