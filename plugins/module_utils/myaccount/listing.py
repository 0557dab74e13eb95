# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of the MyAccount API: in one answer, or paged and read to the end (reference A.5, E)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

PER_PAGE = 100
# The vendor's own client stops here as well (reference A.5); it is a guard against a server that never ends.
MOST_PAGES = 500
# A list that changes each time it is read is not read for ever.
MOST_READS = 3


def _entries(data: t.Any, path: str) -> list[dict[str, t.Any]]:
    if data is None or data == {}:
        return []
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise ProtocolError(f"GET {path}: the answer holds no list.")
    return data


def read_list(transport: Transport, path: str, params: t.Mapping[str, t.Any] | None = None, *, scoped: bool = True) -> list[dict[str, t.Any]]:
    """A list that comes in one answer.

    :param scoped: whether project and location belong to the call (reference A.1).
    :raises ProtocolError: the answer holds something else.
    """
    return _entries(transport.request("GET", path, params=params, scoped=scoped).data, path)


def read_pages(transport: Transport, path: str, key: str) -> list[dict[str, t.Any]]:
    """All entries of a paged list, each once, in the server's order.

    Survives servers that send no totals and servers that ignore the page number: it ends at the last page that the
    totals name, at an empty page, at a page shorter than asked for without totals, or when a page brings nothing new.
    A list whose totals change while it is read is read again, because what moved across a page may be missing.

    :param key: the entries' identifier, to know an entry that comes again.
    :raises ProtocolError: the list does not end, or keeps contradicting its own totals: a part is never returned.
    """
    complaint = ""
    for unused in range(MOST_READS):
        entries, complaint = _read_once(transport, path, key)
        if not complaint:
            return entries
    raise ProtocolError(f"GET {path}: {complaint}, so it is not complete. Try again when nothing is being made or removed.")


def _read_once(transport: Transport, path: str, key: str) -> tuple[list[dict[str, t.Any]], str]:
    """The entries, and what shows that they are not all, if anything does."""
    seen: dict[t.Any, dict[str, t.Any]] = {}
    total: int | None = None
    for page in range(1, MOST_PAGES + 1):
        answer = transport.request("GET", path, params={"page_no": page, "per_page": PER_PAGE})
        entries = _entries(answer.data, path)
        if total is not None and answer.total_count not in (None, total):
            return [], f"the list changed from {total} to {answer.total_count} entries while it was read"
        fresh = {entry.get(key): entry for entry in entries if entry.get(key) not in seen}
        seen |= fresh
        total = answer.total_count if answer.total_count is not None else total
        last = answer.total_page_number
        if not fresh or (last is not None and page >= last) or (last is None and len(entries) < PER_PAGE):
            break
        if last is None and total is not None and len(seen) >= total:
            break
    else:
        raise ProtocolError(f"GET {path}: the list does not end after {MOST_PAGES} pages.")
    if total is not None and len(seen) < total:
        return [], f"the list ended after {len(seen)} of {total} entries"
    return list(seen.values()), ""
