# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which gateways the integration targets use."""

from __future__ import annotations

from tools.emulator import gateways

FAASD, KUBERNETES = "http://127.0.0.1:1", "http://127.0.0.1:2"


def test_both_emulators() -> None:
    found = gateways({"OPENFAAS_URL": "", "OPENFAAS_PASSWORD": "mine"}, FAASD, KUBERNETES)
    assert [(one["dialect"], one["url"], one["password"]) for one in found] == [
        ("faasd", FAASD, "emulator-password"),
        ("kubernetes", KUBERNETES, "emulator-password"),
    ]


def test_a_real_one() -> None:
    environ = {"OPENFAAS_URL": "https://gateway.example.com", "OPENFAAS_PASSWORD": "mine", "OPENFAAS_DIALECT": "kubernetes"}
    assert gateways(environ, FAASD, KUBERNETES) == [
        {"dialect": "kubernetes", "url": "https://gateway.example.com", "username": "admin", "password": "mine"}
    ]
