# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of the MyAccount API: in one answer, or paged and read to the end (reference A.5, E, H.4)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import Envelope
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# The vendor's own client stops here as well (reference A.5); it is a guard against a server that never ends.
MOST_PAGES = 500
# A list that changes each time it is read is not read for ever.
MOST_READS = 3

Entry = dict[str, t.Any]
# The name of the field that tells entries apart, or what makes such a value of an entry.
Key = t.Union[str, t.Callable[[Entry], t.Any]]


@dataclass(frozen=True)
class Dialect:
    """How a family of calls names its pages, which are numbered from 1.

    :param page: the key of the query that takes the number of the page.
    :param size: the key that takes how many entries a page shall have.
    :param most: the size that is asked for. The server may give smaller pages.
    """

    page: str
    size: str
    most: int = 100


#: Nodes, volumes and networks (reference A.5, H.15).
PAGE_NO = Dialect("page_no", "per_page")
#: Functions and elastic file systems (reference H.4, H.20).
PAGE = Dialect("page", "page_size")


def _entries(data: t.Any, path: str) -> list[Entry]:
    if data is None or data == {}:
        return []
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise ProtocolError(f"GET {path}: the answer holds no list.")
    return data


def _identifier(entry: Entry, key: Key, path: str) -> int | float | str:
    identifier = entry.get(key) if isinstance(key, str) else key(entry)
    if isinstance(identifier, bool) or not isinstance(identifier, (int, float, str)):
        what = key if isinstance(key, str) else "identifier"
        raise ProtocolError(f"GET {path}: the list holds an entry whose {what} is no number and no text, so its entries cannot be told apart.")
    return identifier


def read_list(transport: Transport, path: str, params: t.Mapping[str, t.Any] | None = None, *, scoped: bool = True) -> list[Entry]:
    """A list that comes in one answer.

    :param scoped: whether project and location belong to the call (reference A.1).
    :raises ProtocolError: the answer holds something else, or says itself that it is only a part of the list.
    """
    answer = transport.request("GET", path, params=params, scoped=scoped)
    entries = _entries(answer.data, path)
    is_part = answer.total_count > len(entries) if answer.total_count is not None else (answer.total_page_number or 0) > 1
    if is_part:
        there = f"{answer.total_count} entries" if answer.total_count is not None else f"{answer.total_page_number} pages"
        raise ProtocolError(f"GET {path}: the answer holds {len(entries)} entries of a list of {there}, and how to ask for the others is not known.")
    return entries


def read_pages(transport: Transport, path: str, key: Key, dialect: Dialect = PAGE_NO) -> list[Entry]:
    """All entries of a paged list, each once, in the server's order.

    Survives servers that send no totals and servers that ignore the page number: it ends at the last page that the
    totals name, at an empty page, at a page shorter than asked for without totals, or when a page brings nothing new.
    A list that contradicts its totals, or changes them while it is read, is read again, because what moved across a
    page may be missing. Where the answers tell how many pages there are, and the second one shows that the server
    heeds the number of the page, the others are read side by side.

    :param key: the entries' identifier, to know an entry that comes again.
    :raises ProtocolError: the list does not end, keeps contradicting its own totals (a part is never returned), or
        holds an entry without an identifier.
    """

    def ask(page: int) -> Envelope:
        return transport.request("GET", path, params={dialect.page: page, dialect.size: dialect.most})

    complaint = ""
    for unused in range(MOST_READS):
        reading = _Reading(path, key, dialect)
        if not any(reading.take(page, answer) for page, answer in _pages(transport, ask, reading)):
            raise ProtocolError(f"GET {path}: the list does not end after {MOST_PAGES} pages.")
        complaint = reading.complaint
        if not complaint:
            return list(reading.seen.values())
    raise ProtocolError(f"GET {path}: {complaint}, so it is not complete. Try again when nothing is being made or removed.")


def _pages(transport: Transport, ask: t.Callable[[int], Envelope], reading: _Reading) -> t.Iterator[tuple[int, Envelope]]:
    """The pages with their numbers, as far as anything is read. What was made of those before decides how the next ones are."""
    yield from ((page, ask(page)) for page in (1, 2))
    if reading.pages is None:
        yield from ((page, ask(page)) for page in range(3, MOST_PAGES + 1))
    elif reading.pages <= MOST_PAGES:
        others = range(3, reading.pages + 1)
        yield from zip(others, in_parallel(transport, ask, others))


class _Reading:
    """One read of a paged list from its first page.

    ``complaint`` says what shows that it is not complete, if anything does; ``pages`` is how many there are, once a page has told it.
    """

    def __init__(self, path: str, key: Key, dialect: Dialect) -> None:
        self._path = path
        self._key = key
        self._most = dialect.most
        self.seen: dict[t.Any, Entry] = {}
        self.complaint = ""
        self._count: int | None = None
        self.pages: int | None = None
        self._first_length = 0

    def take(self, page: int, answer: Envelope) -> bool:
        """Add a page; whether it was the last one to ask for."""
        entries = _entries(answer.data, self._path)
        if self._has_changed(answer):
            return True
        fresh = {identifier: entry for entry in entries if (identifier := _identifier(entry, self._key, self._path)) not in self.seen}
        self.seen |= fresh
        self._first_length = self._first_length or len(entries)
        is_whole = self._count is not None and len(self.seen) >= self._count
        if self.pages is None:
            is_last = not fresh or len(entries) < self._most or is_whole
        else:
            is_last = page >= self.pages or not fresh
            if page < self.pages and not is_whole and (not fresh or len(entries) < self._first_length):
                # Without a count nothing else tells that entries are missing.
                self.complaint = f"page {page} of {self.pages} came with {len(fresh)} new entries where a full page has {self._first_length}"
                return True
        if is_last and self._count is not None and not is_whole:
            self.complaint = f"the list ended after {len(self.seen)} of {self._count} entries"
        return is_last

    def _has_changed(self, answer: Envelope) -> bool:
        for before, now, what in ((self._count, answer.total_count, "entries"), (self.pages, answer.total_page_number, "pages")):
            if before is not None and now not in (None, before):
                self.complaint = f"the list changed from {before} to {now} {what} while it was read"
                return True
        self._count = self._count if answer.total_count is None else answer.total_count
        self.pages = self.pages if answer.total_page_number is None else answer.total_page_number
        return False
