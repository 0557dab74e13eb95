# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that can be shown: of whole characters, and of a length that a person reads. Pure."""

from __future__ import annotations

import typing as t

# JSON can name half of a pair that stands for one character, and a name of a file can hold any byte. Neither can be written as UTF-8.
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

#: For the message of an error. What a server says of itself is cut much earlier.
LONGEST_MESSAGE = 2_000


def is_whole(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(value: t.Any) -> t.Any:
    """The same value, with a replacement for each half of a character in all its texts. An exit with one of them breaks Ansible itself."""
    if isinstance(value, str):
        return value if is_whole(value) else "".join(character if is_whole(character) else _REPLACEMENT for character in value)
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [whole(item) for item in value]
    return value


def shortened(text: str, most: int = LONGEST_MESSAGE) -> str:
    """A text of one line, cut when it is longer."""
    return text if len(text) <= most else f"{text[:most]} ... (and {len(text) - most:,} more characters)"
