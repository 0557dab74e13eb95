# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import ScriptedGateway
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock, ScriptedApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[ScriptedApi]:
    """The scripted API. At the end of the test its script has to be played out."""
    scripted = ScriptedApi(monkeypatch)
    yield scripted
    scripted.finish()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[ScriptedGateway]:
    """The scripted OpenFaaS gateway. At the end of the test its script has to be played out."""
    scripted = ScriptedGateway(monkeypatch)
    yield scripted
    scripted.finish()


@pytest.fixture
def time() -> FakeClock:
    """Time that passes only in the test."""
    return FakeClock()
