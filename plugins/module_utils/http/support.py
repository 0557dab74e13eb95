# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The little that is shared by everything that speaks HTTP: ``requests`` on demand, and why a call got no answer."""

from __future__ import annotations

import base64
import importlib
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import MissingLibraryError

if t.TYPE_CHECKING:
    import requests


def load_requests() -> t.Any:
    """The ``requests`` library, imported at the first call so that modules start fast and fail clearly.

    :raises MissingLibraryError: it is not installed.
    """
    try:
        return importlib.import_module("requests")
    except ImportError:
        raise MissingLibraryError("requests", "to call the API") from None


def failures() -> tuple[type[BaseException], ...]:
    """What a call of ``requests`` ends with when there is no answer. Not all of it is of its own family."""
    urllib3 = importlib.import_module("urllib3")
    return (OSError, ValueError, OverflowError, urllib3.exceptions.HTTPError)


class NoAuth:
    """Stops ``requests`` from looking for a password in ``~/.netrc``, which it does whenever a call has no auth."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class HeaderAuth:
    """Sends an Authorization header. As an auth object it also keeps a ``~/.netrc`` entry from replacing the header."""

    @property
    def header(self) -> str:
        """Value of the Authorization header."""
        raise NotImplementedError

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self.header
        return request

    def __repr__(self) -> str:
        return f"{type(self).__name__}(********)"


@dataclass(frozen=True, repr=False)
class BearerAuth(HeaderAuth):
    """Sends the token."""

    token: str

    @property
    def header(self) -> str:
        return f"Bearer {self.token}"


@dataclass(frozen=True, repr=False)
class BasicAuth(HeaderAuth):
    """Sends user and password, in UTF-8 where ``requests`` would send Latin-1."""

    username: str
    password: str

    @property
    def encoded(self) -> str:
        """What stands behind the scheme. Who knows it knows the password."""
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()

    @property
    def header(self) -> str:
        return f"Basic {self.encoded}"


@dataclass(frozen=True)
class Timeouts:
    """Limits of one call in seconds: to connect, and between two bytes of the answer (reference A.4)."""

    connect: float = 10.0
    read: float = 60.0


@dataclass(frozen=True)
class NoAnswer:
    """Why a call got no answer. ``sent`` is ``False`` when it is certain that the request never left."""

    reason: str
    sent: bool


def _innermost(error: BaseException) -> BaseException:
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        deeper = getattr(error, "reason", None) or error.__cause__ or error.__context__
        if not isinstance(deeper, BaseException) and error.args and isinstance(error.args[0], BaseException):
            deeper = error.args[0]
        if not isinstance(deeper, BaseException):
            break
        error = deeper
    return error


def explain_no_answer(error: BaseException, timeouts: Timeouts) -> NoAnswer:
    """Put an exception of ``requests`` into words that hold no URL, because the URL holds the API key."""
    names = {type(error).__name__}
    chain: BaseException | None = error
    while chain is not None:
        names.add(type(chain).__name__)
        inner = chain.args[0] if chain.args and isinstance(chain.args[0], BaseException) else None
        chain = getattr(chain, "reason", None) if isinstance(getattr(chain, "reason", None), BaseException) else inner
    cause = _innermost(error)
    detail = cause.strerror if isinstance(cause, OSError) and cause.strerror else ""
    if names & {"MissingSchema", "InvalidSchema", "InvalidURL", "LocationParseError", "UnicodeError", "UnicodeEncodeError"}:
        return NoAnswer("this is not a complete http or https URL", sent=False)
    if "InvalidHeader" in names:
        return NoAnswer("a header holds a line break or begins with a space", sent=False)
    if isinstance(error, UnicodeError):
        return NoAnswer("it holds a character that cannot be sent", sent=False)
    if "ConnectTimeout" in names or "ConnectTimeoutError" in names:
        return NoAnswer(f"no connection within {timeouts.connect:g} seconds", sent=False)
    if "SSLError" in names:
        # Only a refused certificate is certain to come before the request; TLS can also break in the middle of an answer.
        sent = type(cause).__name__ != "SSLCertVerificationError"
        return NoAnswer(f"TLS failed ({detail or 'the certificate or the protocol was not accepted'}); see validate_certs and ca_path", sent)
    if "NameResolutionError" in names or type(cause).__name__ == "gaierror":
        return NoAnswer("the host name cannot be resolved", sent=False)
    if "ProxyError" in names:
        return NoAnswer("the proxy did not connect", sent=False)
    if "NewConnectionError" in names:
        return NoAnswer(f"cannot connect ({detail or 'refused'})", sent=False)
    if "ReadTimeout" in names or "ReadTimeoutError" in names:
        return NoAnswer(f"no answer within {timeouts.read:g} seconds", sent=True)
    return NoAnswer(f"the connection broke before the answer was complete{f' ({detail})' if detail else ''}", sent=True)
