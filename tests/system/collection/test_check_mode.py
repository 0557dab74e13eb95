# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode tells the truth, on a few walks of every kind of resource; `make soak` goes on many."""

from __future__ import annotations

from typing import Any

import pytest
from check_mode import KINDS, NODES, Count, Options, Walks
from gateways import IMAGE
from in_process import InProcess
from samples import NOT_RUNNABLE


@pytest.mark.parametrize("name", KINDS)
def test_check_mode_tells_what_the_run_does(emulator_factory: Any, name: str) -> None:
    count = Count()
    Walks(KINDS[name], emulator_factory(build_seconds=0, **KINDS[name].server), count).take(5, "quick")
    assert count.pairs >= 10


UNDER_WAY: list[tuple[str, str, Options]] = [
    ("e2e_vpc", "vpc", {"name": "front"}),
    ("e2e_volume", "volume", {"name": "data", "size": 250, "node": "web"}),
    ("e2e_volume", "volume", {"name": "data", "size": 500}),
    ("e2e_reserved_ip", "reserved_ip", {"node": "web"}),
    ("e2e_image", "image", {"name": "gold", "node": "mail"}),
    ("e2e_node", "node", {"name": "app", "plan": "C3.8GB", "image": "Ubuntu 24.04"}),
    ("e2e_node", "node", {"name": "mail", "state": "stopped"}),
    ("e2e_faas_function", "function", {"name": "hello", "runtime": NOT_RUNNABLE, "code": "// one"}),
    ("e2e_faas_function", "function", {"provider": "openfaas", "name": "hello", "image": IMAGE, "replicas": {"min": 2, "max": 3}}),
    ("e2e_faas_function", "function", {"provider": "openfaas", "name": "bye", "image": IMAGE, "labels": {"com.openfaas.scale.min": "2"}}),
    ("e2e_faas_scale", "function", {"name": "hello", "replicas": 4}),
]


def told(result: Options) -> Options:
    """What a result says, without what it leaves open, on one level."""
    inner = result.get("gateway")
    flat = {**result, **inner, "gateway": None} if isinstance(inner, dict) else result
    return {name: value for name, value in flat.items() if value is not None}


def test_what_is_under_way_without_a_wait_is_left_open(emulator_factory: Any) -> None:
    emulator = emulator_factory(build_seconds=1.5, gateway_dialect="kubernetes")
    run = InProcess({**emulator.env, **emulator.gateway_env})
    for module, wanted in NODES:
        assert not run.module(module, **wanted).get("failed")
    for module, key, wanted in UNDER_WAY:
        predicted, real = (run.module(module, wait=False, check_mode=check_mode, **wanted) for check_mode in (True, False))
        assert not real.get("failed"), real
        assert predicted["changed"] is real["changed"] is True
        there = told(real[key])
        assert {name: value for name, value in told(predicted[key]).items() if there.get(name) != value} == {}, (module, wanted)
    minimum = run.module("e2e_faas_function_info", provider="openfaas", names=["bye"])["functions"][0]["gateway"]
    assert (minimum["replicas"]["min"], minimum["replicas_wanted"]) == (2, 2)
