# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_runtime_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, Run, ScriptedApi, ok, run_module, runtimes


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_faas_runtime_info, {**CREDENTIALS, **args}, check=check)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["python3-http-debian", "node18", "python3-tensorflow", "custom-container"]),
        ({"language": "python"}, ["python3-http-debian", "python3-tensorflow"]),
        ({"hardware": "gpu"}, ["python3-tensorflow"]),
        ({"hardware": "cpu", "language": "python"}, ["python3-http-debian"]),
        ({"language": "php"}, []),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_the_servers_list_in_its_order(api: ScriptedApi, filters: dict[str, str], expected: list[str], check: bool) -> None:
    api.expect(runtimes())
    outcome = run(check, **filters)
    assert [found["runtime"] for found in outcome["runtimes"]] == expected
    assert outcome["changed"] is False


def test_one_runtime(api: ScriptedApi) -> None:
    entry = {"runtime": "x-1", "label": "requirements.txt", "display_name": "Python X", "boiler_code": "pass\n", "requirements_code": "flask\n"}
    api.expect(runtimes(ok([entry, {"label": "no identifier"}])))
    assert run()["runtimes"] == [
        {
            "runtime": "x-1",
            "label": "Python X",
            "hardware": "cpu",
            "language": "python",
            "handler_files": ["func.py", "handler.py"],
            "dependency_file": "requirements.txt",
            "code_template": "pass\n",
            "requirements_template": "flask\n",
        }
    ]


def test_no_list(api: ScriptedApi) -> None:
    api.expect(runtimes(ok("none")))
    assert run().code == "protocol"
    api.expect(runtimes(ok(["python"])))
    assert run().code == "protocol"
