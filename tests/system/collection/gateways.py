# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway that the tests of the OpenFaaS modules use: a real one, or the emulator in each dialect.

With ``OPENFAAS_URL`` in the environment it is that one, with ``OPENFAAS_USERNAME``, ``OPENFAAS_PASSWORD`` and
``OPENFAAS_DIALECT`` (``faasd`` or ``kubernetes``). Everything the tests make there has a name that starts with
``e2e-it-``, and is removed before and after each test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from controller import Controller

PREFIX = "e2e-it-"
# It runs whatever the variable fprocess says, and is small.
IMAGE = os.environ.get("OPENFAAS_TEST_IMAGE", "ghcr.io/openfaas/alpine:latest")
REAL = {name: os.environ[name] for name in ("OPENFAAS_URL", "OPENFAAS_USERNAME", "OPENFAAS_PASSWORD", "OPENFAAS_TOKEN") if os.environ.get(name)}
REAL_DIALECT = os.environ.get("OPENFAAS_DIALECT", "faasd")


@dataclass(frozen=True)
class Gateway:
    """A gateway and a controller that uses it. ``emulator`` is ``None`` for a real one."""

    controller: Controller
    dialect: str
    emulator: Any

    def run(self, module: str, **options: Any) -> dict[str, Any]:
        """Run a module of the collection."""
        result = self.controller.module(module, **options)
        assert "Traceback" not in str(result) and "\n" not in str(result.get("msg", "")), result
        return result

    def function(self, **options: Any) -> dict[str, Any]:
        """Run ``e2e_faas_function`` for the gateway."""
        return self.run("e2e_faas_function", provider="openfaas", **options)

    def twice(self, module: str, key: str, **options: Any) -> dict[str, Any]:
        """Check mode, the real run, and once more: the prediction is the result, and the last run changes nothing.

        :returns: the result of the real run.
        """
        writes = self.writes()
        predicted = self.run(module, check_mode=True, **options)
        assert not predicted.get("failed"), predicted
        assert self.writes() == writes
        real = self.run(module, **options)
        assert not real.get("failed"), real
        assert (predicted["changed"], predicted["diff"], predicted[key]) == (real["changed"], real["diff"], real[key])
        writes = self.writes()
        again = self.run(module, **options)
        assert not again["changed"] and again["diff"] == [] and again[key] == real[key]
        # A write would restart a function, even one that changes nothing.
        assert self.writes() == writes
        return real

    def deploy(self, **options: Any) -> dict[str, Any]:
        """Deploy a function, in check mode first and twice."""
        return self.twice("e2e_faas_function", "function", provider="openfaas", **options)

    def writes(self) -> int:
        """How many writes the gateway has seen, where that can be asked."""
        return self.emulator.writes() if self.emulator else 0

    def clean(self) -> None:
        """Remove what tests have left."""
        for function in self.run("e2e_faas_function_info", provider="openfaas")["functions"]:
            if function["name"].startswith(PREFIX):
                assert self.function(name=function["name"], state="absent")["changed"]
        for secret in self.run("e2e_secret_info")["secrets"]:
            if secret["name"].startswith(PREFIX):
                assert self.run("e2e_secret", name=secret["name"], state="absent", force=True)["changed"]


def cleaned(gateway: Gateway) -> Iterator[Gateway]:
    """The gateway, without leftovers before and after."""
    gateway.clean()
    yield gateway
    gateway.clean()
