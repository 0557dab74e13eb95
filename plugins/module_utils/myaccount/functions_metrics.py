# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory usage and calls of functions of the account, as the API returns them (reference H.10)."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import NotFoundError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# How the API tells that something is not there, whatever the status (reference H.27).
_MISSING = re.compile(r"\bnot found\b|\bdoes(?: not|n't) exist\b", re.IGNORECASE)


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
            if _MISSING.search(error.message):
                return None
            raise
        return {} if data is None else data
