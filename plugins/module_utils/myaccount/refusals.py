# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the words of a failure mean, for everything but functions. Pure."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, NotFoundError, RefusedError, ServerError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.words import Words

# The vendor's own clean-up goes by these words, and not by the status (reference H.27).
_NOT_FOUND = (Words(r"\bnot found\b", "H.27"), Words(r"\balready gone\b", "C.4"))
# Of a project it says nothing about what is in it.
_PROJECT_NOT_FOUND = Words(r"\bproject\b[^.]*\bnot found\b", "A.3")

_PASSING = (
    # The words on which the vendor's own clean-up tries again to delete a VPC (reference D.4).
    Words("you have running servers on this vpc", "D.4"),
    Words("vpc is in creating state", "D.4"),
    Words("please try again later", "D.4"),
    Words("resource is in use", "D.4"),
    # In which words other resources are refused because something else is under way is not known. Waiting for one that stays costs time only.
    Words(r"\bstill (?:being|running|creating|starting|stopping)\b", None),
    Words(r"\bin (?:an? |the )?\w+ing state\b", None),
    Words(r"\b(?:try|retry)(?:ing)?(?: (?:it|this))?(?: again)? (?:later|after|in (?:a|some|\d))", None),
    Words(r"\b(?:in progress|under ?way|ongoing|being processed)\b", None),
    Words(r"\b(?:please wait|wait (?:for|until|till|a|some))\b", None),
    Words(r"\b(?:is|are) (?:currently |still |now )?(?:being \w+ed|busy)\b", None),
    Words(r"\bnot (?:yet )?ready\b", None),
)


def says_not_found(error: ApiError) -> bool:
    """Whether the API says that something is not there: 404, or these words under any status of its own (reference H.27).

    After a read or a delete it means that the resource is gone. After an attach it does not: a VPC that is still being made
    is not found either (reference H.29).
    """
    if not isinstance(error, (NotFoundError, RefusedError, ServerError)) or _PROJECT_NOT_FOUND.search(error.said):
        return False
    return isinstance(error, NotFoundError) or _says(error, _NOT_FOUND)


def passes(error: ApiError) -> bool:
    """Whether a refusal is of the kind that passes by itself."""
    return isinstance(error, (RefusedError, ServerError)) and _says(error, _PASSING)


def _says(error: ApiError, words: tuple[Words, ...]) -> bool:
    """Whether any of them stands anywhere in the answer: a short ``message`` may have the reason in ``errors`` beside it (reference A.3)."""
    return any(one.search(error.said) for one in words)


def remove(transport: Transport, path: str, *, params: dict[str, str] | None = None, repeatable: bool = False) -> None:
    """Delete a resource; one that is not there is fine.

    :param repeatable: deleting it twice cannot do harm, because its path never means another one.
    """
    try:
        transport.request("DELETE", path, params=params, repeatable=repeatable)
    except ApiError as error:
        if not says_not_found(error):
            raise
