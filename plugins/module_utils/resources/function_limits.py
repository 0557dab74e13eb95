# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a function may be called, may have as environment, and how large and slow it may be (reference B.3, B.7).

Three kinds of answer: nothing (fine), warnings (sent, and the server has the last word), and
:class:`InputError` (nothing is sent).
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: Megabytes that are let through at all, and the sizes that the released client offers (reference B.3).
MEMORY_RANGE = (64, 8192)
MEMORY_OFFERED = (128, 256, 512, 1024)

#: Seconds that are let through at all, and the most that the released client offers (reference B.3).
TIMEOUT_RANGE = (1, 900)
TIMEOUT_OFFERED = 600

#: Names the platform sets itself (reference B.7).
RESERVED_ENV_NAMES = ("PORT",)

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,49}[a-z0-9])?")
_NAME_DOCUMENTED_LENGTH = 40
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,49}")


def check_name(name: str) -> list[str]:
    """Refuse a function name that the released client refuses; return warnings for what the newer documentation forbids.

    Reference B.7: the client takes 51 characters and a leading digit, the documentation 40 and a leading letter.

    :raises InputError: the name breaks the released client's rule.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"The function name {name!r} is not valid: use lower-case letters, digits and hyphens, "
            "begin and end with a letter or a digit, and take 51 characters at most."
        )
    warnings = []
    if len(name) > _NAME_DOCUMENTED_LENGTH:
        warnings.append(
            f"The function name {name!r} has {len(name)} characters. The current documentation of the platform allows "
            f"{_NAME_DOCUMENTED_LENGTH}, so the server may refuse it."
        )
    if name[0].isdigit():
        warnings.append(
            f"The function name {name!r} begins with a digit. The current documentation of the platform wants a letter there, "
            "so the server may refuse it."
        )
    return warnings


def check_env_names(names: t.Iterable[str], reserved: t.Iterable[str] = ()) -> None:
    """Refuse names of environment variables that the platform does not take (reference B.7).

    :param names: all names of one function, plain and secret ones together.
    :param reserved: names that only this collection may set, besides :data:`RESERVED_ENV_NAMES`.
    :raises InputError: a name breaks the rule, is reserved, or is given twice.
    """
    taken = {*RESERVED_ENV_NAMES, *reserved}
    seen: set[str] = set()
    for name in names:
        if not _ENV_NAME.fullmatch(name):
            raise InputError(
                f"The environment variable name {name!r} is not valid: use letters, digits and underscores, "
                "begin with a letter or an underscore, and take 50 characters at most."
            )
        if name in taken:
            raise InputError(f"The environment variable name {name} is reserved. Choose another name.")
        if name in seen:
            raise InputError(f"The environment variable {name} is given twice: once is enough, as a plain or as a secret one.")
        seen.add(name)


def check_memory(megabytes: int) -> list[str]:
    """Refuse a memory size that no function can have; warn about one that the released client does not offer.

    :raises InputError: outside 64 to 8192 MB.
    """
    low, high = MEMORY_RANGE
    if not low <= megabytes <= high:
        raise InputError(f"memory is {megabytes} MB, but has to be between {low} and {high} MB. The platform offers {_listed(MEMORY_OFFERED)}.")
    if megabytes not in MEMORY_OFFERED:
        return [f"memory is {megabytes} MB, which is none of the sizes the platform documents ({_listed(MEMORY_OFFERED)}). The server may refuse it."]
    return []


def check_timeout(seconds: int) -> list[str]:
    """Refuse a time limit that no function can have; warn about one that the released client does not offer.

    :raises InputError: outside 1 to 900 seconds.
    """
    low, high = TIMEOUT_RANGE
    if not low <= seconds <= high:
        raise InputError(f"timeout is {seconds} s, but has to be between {low} and {high} s. The platform documents at most {TIMEOUT_OFFERED} s.")
    if seconds > TIMEOUT_OFFERED:
        return [f"timeout is {seconds} s, which is more than the {TIMEOUT_OFFERED} s the platform documents. The server may refuse it."]
    return []


def _listed(numbers: t.Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)
