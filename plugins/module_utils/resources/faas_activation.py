# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The activation of Functions as a resource of the lifecycle: one for the account, and billed (reference H.1, P.9)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConsentError, InUseError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import Activation, ActivationClient

_BILLED = "which is billed, on a prepaid account at each activation"
_CONSEQUENCES = "the outbound IP is released and can be another one after the next activation, which is billed again on a prepaid account"
_MOST_NAMES = 10


def activation_result(activation: Activation | None) -> dict[str, t.Any]:
    """The activation as modules return it."""
    return {"state": "absent" if activation is None else "present", "namespace": activation.namespace if activation else None}


class ActivationResource(ResourceBase[Activation]):
    """Whether the account has Functions. Never repeatable: each activation of a prepaid account is billed.

    :param allow_deactivate: the user's consent to what a deactivation costs.
    """

    label = "activation of Functions"
    rules = (FieldRule("namespace", in_place=False),)

    def __init__(self, client: ActivationClient, *, allow_deactivate: bool) -> None:
        super().__init__()
        self._client = client
        self._allow_deactivate = allow_deactivate

    def read(self) -> Activation | None:
        return self._client.read()

    def desired(self, current: Activation | None) -> dict[str, Value]:
        return {}

    def facts(self, current: Activation) -> dict[str, Value]:
        return {"namespace": UNKNOWN if current.namespace is None else current.namespace}

    def check_allowed(self, current: Activation | None, action: Action) -> None:
        if action != "delete":
            return
        if not self._allow_deactivate:
            raise ConsentError(f"Functions would be deactivated: {_CONSEQUENCES}. Set allow_deactivate: true to allow that.")
        names = [function.name for function in FunctionsClient(self._client.transport).functions()]
        if names:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            raise InUseError(f"Functions cannot be deactivated while there are functions: {', '.join(names[:_MOST_NAMES])}{more}. Delete them first.")

    def create(self, previous: Activation | None) -> None:
        self._client.activate()

    def delete(self, current: Activation) -> None:
        self._client.deactivate()

    def describe(self, current: Activation) -> str:
        return "the API still says that they are activated"

    def sentence(self, action: Action, done: bool) -> str:
        if action == "create":
            return f"{'activated' if done else 'activate'} Functions for the account, {_BILLED}"
        return f"{'deactivated' if done else 'deactivate'} Functions for the account: {_CONSEQUENCES}"

    def result(self, current: Activation | None) -> dict[str, t.Any]:
        return activation_result(current)

    def predict(self, current: Activation | None, action: Action) -> dict[str, t.Any]:
        return activation_result(Activation(None))
