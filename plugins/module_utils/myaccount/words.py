# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a pattern on a text of the MyAccount API says where its words are from. Pure."""

from __future__ import annotations

import re

# Characters of an answer in which words are looked for.
_LONGEST = 2000


class Words:
    """Words to look for in what the API says, in any case.

    :param pattern: a regular expression.
    :param source: the label in ``docs/api`` under which the exact words stand in quotes, ``None`` where nobody has told them. Then the
        pattern goes by what they must mean, and has to leave room for every way to say that.
    :param flags: of :mod:`re`, besides ignoring case.
    """

    def __init__(self, pattern: str, source: str | None, flags: int = 0) -> None:
        self.source = source
        self._pattern, self._flags = pattern, re.IGNORECASE | flags

    def search(self, text: str) -> re.Match[str] | None:
        """The first place with these words. No reason is longer than what is read of it."""
        return re.search(self._pattern, text[:_LONGEST], self._flags)
