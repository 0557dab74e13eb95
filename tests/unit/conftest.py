# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest
from hypothesis import settings

# The same examples in every run, and nothing written to disk: a failure is replayed by running the test again.
settings.register_profile("replayable", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("replayable")

_LEAKING = ("E2E_", "SERVICE_", "OPENFAAS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[pathlib.Path]:
    """An empty home directory and an environment without credentials or proxies, whoever runs the tests."""
    for name in list(os.environ):
        if name.upper().startswith(_LEAKING):
            monkeypatch.delenv(name)
    directory = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(directory))
    yield directory
