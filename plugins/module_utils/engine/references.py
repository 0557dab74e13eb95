# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task refers to by name or id: found, or in check mode expected of an earlier task. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import AmbiguousError, InputError


class Named(t.Protocol):
    """What has a number as its id, and a name."""

    @property
    def id(self) -> int:
        ...

    @property
    def name(self) -> str:
        ...


class Identified(t.Protocol):
    """What has an id of any kind, and a name."""

    @property
    def id(self) -> int | str:
        ...

    @property
    def name(self) -> str:
        ...


N = t.TypeVar("N", bound=Named)
E = t.TypeVar("E", bound=Identified)
T = t.TypeVar("T")


def only_one(found: t.Sequence[T], label: str, identify: t.Callable[[T], str], advice: str = "Give the id, or rename the others.") -> T | None:
    """The one entry that was found, ``None`` for none.

    :param label: what was looked for, such as ``node web``.
    :param identify: what counts as the id of one.
    :param advice: how the user can mean one of them.
    :raises AmbiguousError: there are several; the message lists their ids.
    """
    if len(found) > 1:
        ids = ", ".join(sorted(identify(entry) for entry in found))
        raise AmbiguousError(f"{label}: {len(found)} of them exist, with the ids {ids}. {advice}")
    return found[0] if found else None


def by_id_or_name(entries: t.Sequence[E], identifier: int | str | None, name: str | None, label: str, *, is_own: bool = False) -> E | None:
    """The entry with the id, or when there is no id, the only one with the name.

    :param label: what is looked for, such as ``volume data``.
    :param is_own: the id is of one that this run has made, by its name.
    :raises AmbiguousError: several have the name.
    """
    if identifier is None:
        return only_one([entry for entry in entries if entry.name == name], label, lambda entry: str(entry.id))
    if is_own:
        check_alone(entries, identifier, name, label)
    return next((entry for entry in entries if entry.id == identifier), None)


def check_alone(entries: t.Iterable[E], identifier: int | str, name: str | None, label: str) -> None:
    """Notice that somebody else has made one of the same name while this run did: both had looked before, and there was none.

    :param identifier: the one that this run has made.
    :raises AmbiguousError: there is another one, and both are billed.
    """
    others = sorted(str(entry.id) for entry in entries if entry.name == name and entry.id != identifier)
    if others:
        raise AmbiguousError(
            f"{label}: this run has made the one with the id {identifier}, and somebody else has made another at the same time, {', '.join(others)}. "
            "Both are billed. Remove the one that is not needed, by its id."
        )


def select(entries: t.Sequence[T], wanted: t.Sequence[str] | None, name: t.Callable[[T], str]) -> tuple[list[T], list[str]]:
    """The entries with one of these names, in their order, and those of the names that none has. ``None`` wants all."""
    if wanted is None:
        return list(entries), []
    return [entry for entry in entries if name(entry) in wanted], sorted(set(wanted) - {name(entry) for entry in entries})


def candidates(names: t.Iterable[str], most: int = 20) -> str:
    """Names for a message, sorted, and how many more there are."""
    known = sorted(set(names))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more if known else "none"


def not_there_yet(problem: str) -> str:
    """The warning that check mode gives for something that a run would fail without.

    :param problem: a sentence that says what is missing.
    """
    return f"{problem} Check mode goes on, because an earlier task may make it; if none does, the real run fails."


class References:
    """Finds what a task names.

    In check mode nothing of what earlier tasks of the play would make is there. So what is missing is not an error then:
    it is expected, with a warning, under an id below zero, which no resource of the platform has.

    :param may_expect: whether this is check mode.
    """

    def __init__(self, may_expect: bool) -> None:
        self._may_expect = may_expect
        self._next_id = -1
        self.warnings: list[str] = []

    def find(self, entries: t.Sequence[N], reference: str, option: str, kind: str, expected: t.Callable[[int], N]) -> N:
        """The entry that a user names, by its name or its id.

        :param option: what the reference was given as, to begin a message.
        :param expected: makes the stand-in for what is not there yet, from its id.
        :raises InputError: there is none; the message lists those that there are.
        :raises AmbiguousError: several have the name, or one has it as its name and another one as its id.
        """
        reference = reference.strip()
        found = [entry for entry in entries if reference in (entry.name, str(entry.id))]
        entry = only_one(found, f"{kind} {reference}", lambda entry: str(entry.id))
        if entry is not None:
            return entry
        return expected(self.expect(f"{option}: there is no {kind} {reference}. There are: {candidates(entry.name for entry in entries)}."))

    def expect(self, problem: str) -> int:
        """A new id for something that is not there.

        :param problem: a sentence that says what is missing, and what there is instead.
        :raises InputError: this is no check mode, so nothing can be expected.
        """
        if not self._may_expect:
            raise InputError(problem)
        self.warnings.append(not_there_yet(problem))
        identifier, self._next_id = self._next_id, self._next_id - 1
        return identifier
