# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a new version of a function has taken over on Kubernetes.

The gateway does not say: it shows the new specification at once, and its count of ready replicas includes those of the old version, which
stays until the new one is ready (reference O.3). Its log does: each line names the pod that wrote it, and only pods that are there have lines.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError

State = t.Literal["unknown", "running", "finished"]

# Function, replica set, pod. A longer name is cut by Kubernetes, and then a pod does not tell its replica set.
_POD = re.compile(r"(?P<set>.+-[a-z0-9]{1,10})-[a-z0-9]{5}")


class RollOut:
    """One roll-out of a function, from before its update on.

    :param name: of the function.
    :param distinct: whether the new version certainly gets pods of its own, as it does unless a label ``uid`` replaces the provider's.

    ``state`` is what the last look showed; ``left`` are the instances of the version before that it showed.
    """

    def __init__(self, client: GatewayClient, name: str, *, distinct: bool) -> None:
        self._client = client
        self._name = name
        self._before = frozenset(map(self._version, self._instances() or ())) if distinct else frozenset()
        self.state: State = "unknown"
        self.left: list[str] = []

    def look(self) -> State:
        """``finished`` when all instances of the version before are gone; ``unknown`` when nothing shows any instance of it."""
        now = self._instances() if self._before else None
        if now is None:
            self.state, self.left = "unknown", []
        else:
            self.left = sorted(instance for instance in now if self._version(instance) in self._before)
            self.state = "running" if self.left else "finished"
        return self.state

    def _instances(self) -> frozenset[str] | None:
        try:
            return self._client.instances(self._name)
        except E2EError:
            # A gateway without logs, or without the right to read them, shows nothing.
            return None

    def _version(self, instance: str) -> str:
        """What all pods of one version have in common: their replica set, because autoscaling adds pods to the old one as well."""
        found = _POD.fullmatch(instance)
        return found["set"] if found is not None and instance.startswith(f"{self._name}-") else instance
