# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of replicas of a gateway's function as a resource of the lifecycle (reference O.6)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, GatewayClient, GatewayFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import backoff
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingResourceError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import COMMUNITY_REPLICAS

_READS = 4


class ScaleResource(ResourceBase[GatewayFunction]):
    """The replicas of one function that exists, for :class:`~lifecycle.Lifecycle`.

    :param replicas: the wanted number.

    ``reached`` is what is there after a scaling that did not reach the wanted number.
    """

    repeatable = True
    settling = ("replicas_available",)

    def __init__(self, client: GatewayClient, name: str, replicas: int) -> None:
        super().__init__()
        self._client = client
        self._name = name
        self._replicas = replicas
        self.label = f"function {name}"
        self.reached: GatewayFunction | None = None

    @property
    def rules(self) -> tuple[FieldRule, ...]:
        """One number."""
        return (FieldRule("replicas"),)

    def read(self) -> GatewayFunction | None:
        return self._client.function(self._name)

    def desired(self, current: GatewayFunction | None) -> dict[str, Value]:
        if current is None:
            where = f" in the namespace {self._client.namespace}" if self._client.namespace else ""
            raise MissingResourceError(f"There is no function {self._name}{where}.")
        return {"replicas": self._replicas}

    def facts(self, current: GatewayFunction) -> dict[str, Value]:
        return {"replicas": current.replicas}

    def create(self, previous: GatewayFunction | None) -> None:
        """A function that does not exist is refused by :meth:`desired`."""
        raise InputError(f"There is no function {self._name}.")

    def update(self, current: GatewayFunction) -> None:
        self._client.scale(self._name, self._replicas)
        clock = self._client.transport.clock
        for attempt in range(_READS):
            seen = self.read()
            if seen is None:
                raise InputError(f"The {self.label} was removed by somebody else while it was scaled.")
            if seen.replicas == self._replicas:
                return
            self.reached = seen
            clock.sleep(backoff(attempt, base=0.5, cap=4.0, chance=clock.random()))
        raise RefusedError(
            f"The {self.label} was to have {self._replicas} replicas and has {self.result(self.reached)['replicas']}. "
            "A gateway of the community edition keeps the number between 1 and 5, whatever is asked for."
        )

    def delete(self, current: GatewayFunction) -> None:
        """Never planned: this resource has no absent state."""
        raise InputError(f"The {self.label} is not removed by scaling it.")

    def check_ready(self, current: GatewayFunction) -> bool:
        return (current.available or 0) == current.replicas

    def describe(self, current: GatewayFunction) -> str:
        return f"{current.available or 0} of {current.replicas} replicas are ready"

    def result(self, current: GatewayFunction | None) -> dict[str, t.Any]:
        return {
            "name": self._name,
            "namespace": self._client.namespace or DEFAULT_NAMESPACE,
            "replicas": current.replicas if current else None,
            "replicas_available": current.available if current else None,
        }

    def predict(self, current: GatewayFunction | None, action: Action) -> dict[str, t.Any]:
        if self._client.dialect == "faasd" and self._replicas != 1:
            raise InputError(f"replicas: faasd runs one replica of a function, never {self._replicas}. Nothing was changed.")
        if self._replicas not in COMMUNITY_REPLICAS:
            self.warn(
                f"replicas: {self._replicas} is outside of 1 to 5, which is all that the community edition's gateway allows. If this is one, the task fails."
            )
        return {**self.result(current), "replicas": self._replicas, "replicas_available": self._replicas}
