# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether Functions are activated for the account, and the two calls that change it (reference H.1, P.9).

Activating is billed, on a prepaid account each time. How the API says that Functions are not activated is not known, so
that is recognised by what its words mean, and nothing else is ever taken for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ApiError,
    E2EError,
    InUseError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RefusedError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import Envelope
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.words import Words

_PATH = "faas/namespace/"

# What is activated, in any of the words that the vendor has for it. One function is not: "function not found" says something else.
_PLATFORM = r"\b(?:faas|functions|namespace|plan|subscription|function (?:plan|service))\b"
_NOT = r"(?:\bnot|n't|\bnever)"
_NOT_ACTIVATED = tuple(
    Words(pattern, None)
    for pattern in (
        rf"{_PLATFORM}[^.;]*{_NOT}\s+(?:\w+\s+){{0,2}}(?:activated?|active|enabled?|subscribed?)\b",
        rf"{_NOT}\s+(?:\w+\s+){{0,3}}(?:activated?|enabled?|subscribed?)\b[^.;]*{_PLATFORM}",
        rf"\b(?:faas|namespace|plan|subscription)\b[^.;]*{_NOT}\s+(?:\w+\s+){{0,2}}(?:exist\w*|found|created|present)\b",
        rf"\bno (?:\w+ ){{0,2}}{_PLATFORM}",
        rf"\b(?:activate|enable|subscribe)\b[^.;]*{_PLATFORM}",
        rf"{_PLATFORM}[^.;]*\b(?:inactive|deactivated|disabled|missing)\b",
        r"^\W*not (?:yet )?activated\W*$",
    )
)
_ACTIVATED = Words(rf"{_PLATFORM}.*\b(?:exists?|active|activated)\b", "H.1")
_NAMESPACE = (
    Words(r"\b(e2e-faas-[a-z0-9-]*[a-z0-9])\b", "H.1"),
    Words(r"\bnamespace\s+[\"'`]?([a-z0-9][a-z0-9-]*)[\"'`]?\s+(?:already )?exists\b", "H.1"),
)
# A 404 about one of these says nothing about the activation.
_SOMETHING_ELSE = Words(r"\b(?:project|location|customer|account|user|page|url|endpoint)\b", None)
# The vendor's spelling has no plural (reference P.9).
_CREDIT = r"\b(?:credits?|balance|funds)\b"
_NO_CREDIT = Words(rf"{_CREDIT}.*(?:\bnot\b.*\bsufficient|\binsufficient)|\b(?:insufficient|not enough)\b.*{_CREDIT}", "P.9")
_HAS_FUNCTIONS = Words(r"\bfunctions\b.*\b(?:active|exist|running|present)\b|\bdelete all functions\b", "P.9")


@dataclass(frozen=True)
class Activation:
    """Functions are activated.

    :param namespace: where the platform keeps the account's functions, such as ``e2e-faas-28393-dl``; ``None`` where the API does not name it.
    """

    namespace: str | None


def _denies(words: str) -> bool:
    return any(pattern.search(words) for pattern in _NOT_ACTIVATED)


def explain_not_activated(error: E2EError) -> str | None:
    """What to do, when a call to Functions failed because they are not activated for the account; ``None`` if it failed for another reason.

    The API's words for it are not known, so this reads their meaning, and is only good for an advice.
    """
    if not isinstance(error, ApiError) or not _denies(error.said):
        return None
    return (
        "Functions seem not to be activated for this account. Activate them once, with the module e2enetworks.cloud.e2e_faas_activation or in "
        "MyAccount under Compute > Functions. That is billed, on a prepaid account at each activation."
    )


def _named(words: str) -> str | None:
    return next((found[1] for pattern in _NAMESPACE if (found := pattern.search(words))), None)


def _told(words: str) -> Activation | bool:
    """What a text says: the activation, ``False`` for none, ``True`` when it says nothing about it."""
    if _denies(words):
        return False
    name = _named(words)
    return Activation(name) if name or _ACTIVATED.search(words) else True


_FLAGS = ("exists", "is_active", "active", "is_activated", "activated", "is_enabled", "enabled")


def _parse(answer: Envelope) -> Activation | None:
    """Read the answer, whose documented form is the text "Namespace e2e-faas-28393-dl exists" (reference H.1). Objects are read as well.

    :raises ProtocolError: it says neither. Taking that for "not activated" could be billed.
    """
    data = answer.data
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    texts = [data] if isinstance(data, str) else []
    if isinstance(data, dict):
        inner = first(data, "namespace", "namespace_name", "name")
        if isinstance(inner, dict):
            data = {**data, "namespace": None, **inner}
        flags = [data[key] for key in _FLAGS if isinstance(data.get(key), bool)]
        if flags and not all(flags):
            return None
        texts = [value for key in ("message", "detail", "status", "state") if isinstance(value := data.get(key), str)]
        texts = [f"namespace {value}" if value.strip().isalpha() else value for value in texts]
        name = text(first(data, "namespace", "namespace_name", "name"))
        if name is not None and not any(_denies(words) for words in (*texts, name)):
            return Activation(_named(name) or name)
        if flags:
            return Activation(None)
    for words in (*texts, answer.message):
        told = _told(words)
        if told is not True:
            return told or None
    raise ProtocolError(
        f"GET {_PATH}: the answer does not say whether Functions are activated. Look in MyAccount under Compute > Functions.", http_status=answer.status
    )


class ActivationClient:
    """The calls of reference H.1. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def read(self) -> Activation | None:
        """The activation, or ``None`` when the API says that there is none.

        :raises E2EError: every failure that does not say so, and an answer that says neither.
        """
        try:
            answer = self.transport.request("GET", _PATH)
        except NotFoundError as error:
            if error.certain and (_denies(error.said) or not _SOMETHING_ELSE.search(error.said)):
                return None
            raise
        except RefusedError as error:
            if _denies(error.said):
                return None
            raise
        return _parse(answer)

    def activate(self) -> None:
        """Activate Functions, which is billed.

        :raises E2EError: with ``outcome_known`` false also after a rate limit: such an answer has been seen on a write that had taken
            effect (reference A.3, point 6), and sending it again could be billed again.
        """
        try:
            answer = self.transport.request("POST", _PATH)
        except RateLimitedError as error:
            error.outcome_known = False
            raise
        except RefusedError as error:
            if _NO_CREDIT.search(error.said):
                raise self._no_credit(error.message, error.http_status) from None
            raise
        words = f"{answer.message} {answer.data if isinstance(answer.data, str) else ''}".strip()
        if _NO_CREDIT.search(words):
            raise self._no_credit(f"The API answered: {words}", answer.status)

    @staticmethod
    def _no_credit(told: str, status: int | None) -> RefusedError:
        return RefusedError(
            "Functions were not activated, because the balance of the account does not cover the monthly minimum of Functions. "
            f"Add credit in MyAccount, and run this again. {told}",
            http_status=status,
        )

    def deactivate(self) -> None:
        """Deactivate Functions; that they are not activated is fine.

        :raises InUseError: there are functions.
        """
        try:
            self.transport.request("DELETE", _PATH)
        except NotFoundError as error:
            if not error.certain:
                raise
        except RefusedError as error:
            if _HAS_FUNCTIONS.search(error.said):
                raise InUseError(
                    f"Functions cannot be deactivated while the account has functions, in whichever project. Delete them first. {error.message}",
                    http_status=error.http_status,
                ) from None
            if not _denies(error.said):
                raise
