# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the tests that use the collection as a user does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from vendor_cli import VendorCli


@pytest.fixture
def controller(collections: Path, tmp_path: Path, emulator: Any) -> Controller:
    """A controller with the account and the gateway of the shared emulator."""
    return Controller(collections, tmp_path, {**emulator.env, **emulator.gateway_env})


@pytest.fixture
def vendor_cli(tmp_path: Path) -> Callable[[Any], VendorCli]:
    """Makes the vendor's client of an emulator's account."""
    program = os.environ.get("E2E_VENDOR_CLI")
    if not program:
        pytest.fail("E2E_VENDOR_CLI does not name the vendor's client. `make system` installs it and sets this.")
    return lambda emulator: VendorCli(Path(program), emulator, tmp_path)


@pytest.fixture
def machine(controller_of: Callable[[Any], Controller], server: Any) -> Controller:
    """A controller that writes a log, for the ``server`` of a file of tests."""
    machine = controller_of(server)
    machine.environ["ANSIBLE_LOG_PATH"] = str(machine.folder / "ansible.log")
    return machine
