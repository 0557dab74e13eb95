# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration targets of hosted functions, against each API that an account may turn out to have (reference B.1, B.5, P.1).

`make integration` plays them against an emulator that takes everything and returns all. Here it takes less, and the variable `e2e_api`
tells the targets how much.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from controller import ROOT, Controller

TARGETS = ROOT / "tests" / "integration" / "targets"
# In two halves, because one has as many tasks as all the others.
HALVES: dict[str, list[dict[str, Any]]] = {
    "function": [{"role": "e2e_faas_function"}],
    "others": [
        # First, because an account with functions cannot be deactivated.
        {"role": "e2e_faas_activation"},
        {"role": "e2e_faas_function_info"},
        {"role": "e2e_faas_invoke"},
        {"role": "e2e_faas_runtime_info"},
        {"role": "e2e_faas_logs", "openfaas_gateways": []},
        {"role": "e2e_faas_metrics_info"},
    ],
}
# The emulator's options: each form with each kind of path and each read-back that is not the default, so that they meet in pairs.
APIS: dict[str, dict[str, Any]] = {
    # What the vendor documents today, and nothing else.
    "today": {"create_forms": "zip", "function_paths": "id", "readback": "minimal", "runtime_list": "off", "not_activated": True},
    # What the vendor's CLI of 2024 calls, and nothing else.
    "2024": {"create_forms": "json", "function_paths": "name", "readback": "minimal"},
    "zip-by-name": {"create_forms": "zip", "function_paths": "name", "readback": "full", "form_refusal": "fields"},
    "json-by-id": {"create_forms": "json", "function_paths": "id", "readback": "no-code", "form_refusal": "fields"},
}


@pytest.fixture
def server(emulator_factory: Callable[..., Any], api: str, half: str) -> Any:
    options = dict(APIS[api])
    if half == "function":
        # The other half activates the account.
        options.pop("not_activated", None)
    return emulator_factory(build_seconds=0.1, **options)


@pytest.fixture
def machine(collections: Path, tmp_path: Path) -> Controller:
    """As with ansible-test, the targets name the account, and the environment does not."""
    return Controller(collections, tmp_path, {"ANSIBLE_ROLES_PATH": str(TARGETS), "ANSIBLE_PIPELINING": "true"})


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("api", APIS)
def test_the_targets_pass_against(api: str, half: str, machine: Controller, server: Any) -> None:
    options = server.options
    settings = {
        "e2e_emulator_url": server.url,
        "e2e_api_endpoint": server.api_endpoint,
        **{f"e2e_{name}": server.env[f"E2E_{name.upper()}"] for name in ("api_key", "auth_token", "project_id", "location")},
        "e2e_api": {
            "forms": options["create_forms"],
            "paths": options["function_paths"],
            "readback": options["readback"],
            "runtime_list": options.get("runtime_list") != "off",
        },
        "output_dir": str(machine.folder),
    }

    machine.tasks([], "-e", f"@{machine.file('settings.json', json.dumps(settings))}", roles=HALVES[half]).succeeded()
