# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory usage and calls of functions of the account, as the API returns them (reference H.10)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import NotFoundError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.words import Words

# How it says of a function that it is not there is not known, under whatever status.
_MISSING = Words(r"\bnot found\b|\bdoes(?: not|n't) exist\b|\bno such function\b", None)


class FunctionMetricsClient:
    """The call of reference H.10. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def read(self, name: str, interval: int) -> t.Any | None:
        """The metrics of a function as they came, ``None`` when the API says that there is no such function.

        :param interval: what the API calls so; its unit is not documented.
        """
        try:
            data = self.transport.request("GET", "faas/monitoring-data/", params={"function_name": name, "interval": interval}).data
        except NotFoundError as error:
            if error.certain:
                return None
            raise
        except RefusedError as error:
            if _MISSING.search(error.said):
                return None
            raise
        return {} if data is None else data
