# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the words of a failure mean. Every pattern on a text of the MyAccount API is here, with the source of its words. Pure."""

from __future__ import annotations

import re

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, NotFoundError, RefusedError, ServerError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# The vendor's own clean-up goes by these words, and not by the status (reference H.27).
_NOT_FOUND = re.compile(r"\bnot found\b", re.IGNORECASE)
# In which words an unknown project is refused is not known (reference A.3); it says nothing about what is in a project.
_PROJECT_NOT_FOUND = re.compile(r"\bproject\b[^.]*\bnot found\b", re.IGNORECASE)

_PASSING = re.compile(
    "|".join(
        (
            # The words on which the vendor's own clean-up tries again to delete a VPC (reference D.4, H.27).
            "you have running servers on this vpc",
            "vpc is in creating state",
            "please try again later",
            # Unknown words, matched by their meaning: our choice. They are what a refusal would say of another action that is under way.
            r"still (?:running|creating)",
            r"try (?:again )?later",
            "in progress",
        )
    ),
    re.IGNORECASE,
)


def says_not_found(error: ApiError) -> bool:
    """Whether the API says that something is not there: 404, or these words under any status of its own (reference H.27).

    After a read or a delete it means that the resource is gone. After an attach it does not: a VPC that is still being made
    is not found either (reference H.29).
    """
    if isinstance(error, NotFoundError):
        return True
    says_it = isinstance(error, (RefusedError, ServerError)) and _NOT_FOUND.search(error.message) is not None
    return says_it and _PROJECT_NOT_FOUND.search(error.message) is None


def passes(error: ApiError) -> bool:
    """Whether a refusal is of the kind that passes by itself."""
    return isinstance(error, (RefusedError, ServerError)) and _PASSING.search(error.message) is not None


def remove(transport: Transport, path: str, *, params: dict[str, str] | None = None, repeatable: bool = False) -> None:
    """Delete a resource; one that is not there is fine.

    :param repeatable: deleting it twice cannot do harm, because its path never means another one.
    """
    try:
        transport.request("DELETE", path, params=params, repeatable=repeatable)
    except ApiError as error:
        if not says_not_found(error):
            raise
