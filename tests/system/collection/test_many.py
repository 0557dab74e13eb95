# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many functions: how many requests it takes to read them. Counted, never timed."""

from __future__ import annotations

import concurrent.futures
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests
from controller import Controller
from samples import NOT_RUNNABLE

MANY = 100
NAMES = [f"function-{number:03}" for number in range(MANY)]


@pytest.fixture(scope="module")
def full_server(_emulators: Callable[..., Any]) -> Any:
    """An emulator with a hundred functions, put there without the collection."""
    server = _emulators(build_seconds=0)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {server.env['E2E_AUTH_TOKEN']}"
    query = {"apikey": server.env["E2E_API_KEY"], "project_id": "1", "location": "Delhi"}
    settings = {"runtime": NOT_RUNNABLE, "code": "//", "requirements": "", "memory": 128, "timeout": 5, "node_type": "cpu"}

    def create(name: str) -> None:
        session.post(f"{server.api_endpoint}faas/functions/", params=query, json={"function": name, **settings}, timeout=30).raise_for_status()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(create, NAMES))
    return server


@pytest.fixture
def machine(full_server: Any, controller_of: Callable[[Any], Controller]) -> Controller:
    full_server.clear_requests()
    return controller_of(full_server)


def asked(server: Any) -> Counter[str]:
    """How often each path was read; a write would show as METHOD PATH."""
    paths = ((request["method"], request["path"].partition("/v1/")[2]) for request in server.requests())
    return Counter(path if method == "GET" else f"{method} {path}" for method, path in paths)


def test_a_list_is_one_request(machine: Controller, full_server: Any) -> None:
    result = machine.module("e2e_faas_function_info")

    assert [function["name"] for function in result["functions"]] == NAMES
    assert asked(full_server) == {"faas/functions/": 1}


def test_details_are_one_request_each(machine: Controller, full_server: Any) -> None:
    result = machine.module("e2e_faas_function_info", details=True)

    assert [function["name"] for function in result["functions"]] == NAMES
    assert {function["memory"] for function in result["functions"]} == {128}
    assert asked(full_server) == {"faas/functions/": 1, **{f"faas/function/{name}/": 1 for name in NAMES}}


def test_names_are_looked_up_in_the_list_first(machine: Controller, full_server: Any) -> None:
    result = machine.module("e2e_faas_function_info", names=[*NAMES[:10], "missing", NAMES[0]])

    assert [function["name"] for function in result["functions"]] == NAMES[:10] and result["missing"] == ["missing"]
    assert asked(full_server) == {"faas/functions/": 1, **{f"faas/function/{name}/": 1 for name in NAMES[:10]}}


def test_a_filter_that_matches_nothing_reads_no_details(machine: Controller, full_server: Any) -> None:
    result = machine.module("e2e_faas_function_info", details=True, runtimes=["ruby"])

    assert result["functions"] == []
    assert asked(full_server) == {"faas/functions/": 1}


def test_a_run_that_changes_nothing_is_one_request(machine: Controller, full_server: Any) -> None:
    result = machine.function(name=NAMES[0], runtime=NOT_RUNNABLE, code="//", memory=128, timeout=5)

    assert not result["changed"], result
    assert asked(full_server) == {f"faas/function/{NAMES[0]}/": 1}


def test_a_stack_that_changes_nothing_is_one_request(machine: Controller, full_server: Any) -> None:
    settings = {"runtime": NOT_RUNNABLE, "code": "//", "memory": 128, "timeout": 5}
    result = machine.module("e2e_faas_stack", functions=[{"name": name, **settings} for name in NAMES])

    assert not result["changed"] and [one["name"] for one in result["functions"]] == NAMES, result["functions"][0]
    assert asked(full_server) == {"faas/functions/": 1}


def test_a_stack_reads_in_detail_what_changes(machine: Controller, full_server: Any) -> None:
    settings = {"runtime": NOT_RUNNABLE, "code": "//", "timeout": 5}
    entries = [{"name": name, "memory": 256 if number < 3 else 128, **settings} for number, name in enumerate(NAMES)]
    result = machine.module("e2e_faas_stack", functions=entries, check_mode=True)

    assert [one["name"] for one in result["functions"] if one["changed"]] == NAMES[:3]
    assert asked(full_server) == {"faas/functions/": 1, **{f"faas/function/{name}/": 1 for name in NAMES[:3]}}


def test_one_page_that_fails_fails_the_whole_answer(machine: Controller, full_server: Any) -> None:
    full_server.fault({"method": "GET", "path": f"faas/function/{NAMES[50]}/", "action": "status", "status": 400, "message": "Broken"})

    result = machine.module("e2e_faas_function_info", details=True)

    assert result["failed"] and "functions" not in result
    assert "Broken" in result["msg"]
