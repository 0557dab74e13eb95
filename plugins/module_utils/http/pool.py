# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network connections that stay open from one run to the next in the same process. Nothing else of a run does: no cookie, no answer."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import load_requests

#: Servers close connections that are idle, and one that is closed just when a write begins leaves its outcome open.
LONGEST_IDLE_SECONDS = 5.0

_Key = tuple[t.Union[bool, str], tuple[int, ...], int]


class ConnectionPool:
    """Open connections, by how certificates are checked and how many there may be. Not for several runs at once."""

    def __init__(self, clock: Clock = Clock()) -> None:
        self._clock = clock
        self._adapters: dict[_Key, t.Any] = {}
        self._idle_since = clock.now()

    def adapter(self, verify: bool | str, size: int) -> t.Any:
        """What ``requests`` calls a transport adapter, for a session of its own.

        :param verify: as :func:`~options.tls_verification` gives it. Connections that were checked in another way are not used.
        :param size: connections held open, and with them the number of calls that run at once.
        :raises MissingLibraryError: ``requests`` is not installed.
        """
        key = (verify, _state(verify), size)
        if key not in self._adapters:
            self._adapters[key] = load_requests().adapters.HTTPAdapter(pool_connections=2, pool_maxsize=size, pool_block=True)
        return self._adapters[key]

    @contextlib.contextmanager
    def lent(self) -> t.Iterator[ConnectionPool]:
        """The pool for one run. Connections that may be closed by now are not handed on, nor any after a run that was broken off."""
        if self._clock.now() - self._idle_since > LONGEST_IDLE_SECONDS:
            self.close()
        try:
            yield self
        except BaseException:
            self.close()
            raise
        finally:
            self._idle_since = self._clock.now()

    def close(self) -> None:
        """Close all connections; the next run opens its own."""
        for adapter in self._adapters.values():
            adapter.close()
        self._adapters.clear()


def _state(verify: bool | str) -> tuple[int, ...]:
    """What tells that a file with certificates is another one by now."""
    if isinstance(verify, bool):
        return ()
    try:
        found = os.stat(verify)
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns)
