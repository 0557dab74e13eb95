# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single values out of the API's answers, which spell "nothing" and numbers in several ways. Pure."""

from __future__ import annotations

import re
import typing as t

# What the API writes for "none" besides null (reference C.6, D.2, D.6, E).
_NOTHING = frozenset({"", "--", "[]", "null", "none"})


def number(value: t.Any) -> int | None:
    """A whole number that may have come as a float or a text; ``None`` for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return int(value) if isinstance(value, str) and value.strip().isdigit() else int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def text(value: t.Any) -> str | None:
    """A text, ``None`` for the spellings of "nothing" (reference E)."""
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    return None if stripped.lower() in _NOTHING else stripped


def free_text(value: t.Any) -> str | None:
    """A text that a user wrote, without space around it; ``None`` for none. Unlike :func:`text`, ``none`` is one."""
    return value.strip() or None if isinstance(value, str) else None


def note(value: t.Any) -> str:
    """A description, empty for none. Wanted ones and those of the API are read alike, so that they can become equal (reference D.2)."""
    found = free_text(value)
    return "" if found is None or found == "--" else found


def title(value: t.Any) -> str:
    """A name, without space around it; empty for none."""
    return str(value or "").strip()


def first(raw: t.Mapping[str, t.Any], *keys: str) -> t.Any:
    """The first of these keys that has a value."""
    for key in keys:
        if raw.get(key) is not None:
            return raw[key]
    return None


def word(value: t.Any) -> str:
    """A status in one spelling: lower case, words apart by one space, ``unknown`` for none (reference C.6)."""
    return re.sub(r"[^0-9a-z]+", " ", str(value or "").lower()).strip() or "unknown"


def environment_text(value: t.Any) -> str:
    """A variable's value as the text that a process will see: YAML's true is ``true``, null is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
