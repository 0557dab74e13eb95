# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration targets of hosted functions, against each API that an account may turn out to have (reference B.1, B.5, P.1).

`make integration` plays them once against everything that the emulator takes. Here the emulator takes less, and the variable `e2e_api`
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
ROLES = (
    # Before there is any function, because an account with functions cannot be deactivated.
    {"role": "e2e_faas_activation"},
    {"role": "e2e_faas_function"},
    {"role": "e2e_faas_function_info"},
    {"role": "e2e_faas_invoke"},
    {"role": "e2e_faas_runtime_info"},
    {"role": "e2e_faas_logs", "openfaas_gateways": []},
    {"role": "e2e_faas_metrics_info"},
)
# The emulator's options of each API.
APIS: dict[str, dict[str, Any]] = {
    "json": {"create_forms": "json"},
    "zip": {"create_forms": "zip", "form_refusal": "fields"},
    "name": {"function_paths": "name"},
    "id": {"function_paths": "id"},
    "no-code": {"readback": "no-code"},
    "minimal": {"readback": "minimal"},
    # What the vendor documents today, and nothing else.
    "today": {"create_forms": "zip", "function_paths": "id", "readback": "minimal", "runtime_list": "off", "not_activated": True},
    # What the vendor's CLI of 2024 calls, and nothing else.
    "2024": {"create_forms": "json", "function_paths": "name", "readback": "minimal"},
}


@pytest.mark.parametrize("api", APIS)
def test_the_targets_pass_against(api: str, emulator_factory: Callable[..., Any], collections: Path, tmp_path: Path) -> None:
    options = APIS[api]
    server = emulator_factory(build_seconds=0.1, **options)
    # As with ansible-test, the targets name the account, and the environment does not.
    machine = Controller(collections, tmp_path, {"ANSIBLE_ROLES_PATH": str(TARGETS), "ANSIBLE_PIPELINING": "true"})
    settings = {
        "e2e_emulator_url": server.url,
        "e2e_api_endpoint": server.api_endpoint,
        **{f"e2e_{name}": server.env[f"E2E_{name.upper()}"] for name in ("api_key", "auth_token", "project_id", "location")},
        "e2e_api": {
            "forms": options.get("create_forms", "both"),
            "paths": options.get("function_paths", "both"),
            "readback": options.get("readback", "full"),
            "runtime_list": options.get("runtime_list", "on") == "on",
        },
        "output_dir": str(machine.folder),
    }

    play = machine.tasks([], "-e", f"@{machine.file('settings.json', json.dumps(settings))}", roles=ROLES)

    assert play.succeeded().tasks
