# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception family of this collection.

Every message is written for the person who runs the playbook: one line that says what is wrong, where,
and what to do. The machine-readable part (:meth:`E2EError.as_dict`) is what a module returns as ``error``.
"""

from __future__ import annotations

import typing as t


class E2EError(Exception):
    """Anything the collection can fail with.

    :param message: one line, fit for a user, without any secret.
    :param http_status: the status of the answer that led here, if there was one.
    :param outcome_known: ``False`` when a write may or may not have taken effect on the server.
    :param details: lines to show below the message, such as the end of a log.
    """

    code: t.ClassVar[str] = "error"

    def __init__(self, message: str, *, http_status: int | None = None, outcome_known: bool = True, details: t.Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.http_status = http_status
        self.outcome_known = outcome_known
        self.details = list(details)

    def add(self, text: str) -> None:
        """Add a sentence to the message."""
        self.message = f"{self.message} {text}"
        self.args = (self.message,)

    @property
    def text(self) -> str:
        """The message with its details below."""
        return "\n".join((self.message, *self.details))

    def as_dict(self) -> dict[str, t.Any]:
        """The machine-readable part: ``code``, ``http_status``, ``outcome_known``."""
        return {"code": self.code, "http_status": self.http_status, "outcome_known": self.outcome_known}


class InputError(E2EError):
    """An option, a file or a directory is not what it has to be. Nothing was sent."""

    code = "invalid_input"


class MissingResourceError(InputError):
    """The task changes something that is not there, and does not say how to make it. Nothing was sent.

    Check mode only warns, because an earlier task may be going to make it.
    """

    code = "missing_resource"


class ConfigurationError(E2EError):
    """Credentials or context are missing or unreadable. Nothing was sent."""

    code = "configuration"


class MissingLibraryError(E2EError):
    """A Python library that the task needs is not installed where the module runs.

    :param oldest: the first version that will do, if any other will not.
    """

    code = "missing_library"

    def __init__(self, library: str, needed_for: str, oldest: str = "") -> None:
        named, wanted = (f"{library} {oldest} or newer", f"'{library}>={oldest}'") if oldest else (library, library)
        super().__init__(
            f"The Python library {named} is needed {needed_for}, but is not installed for the Python that runs this module. "
            f"Install it there (pip install {wanted}), or point ansible_python_interpreter at a Python that has it."
        )


class ConsentError(E2EError):
    """The change would destroy something, and no option allows that. Nothing was sent."""

    code = "consent_required"


class AmbiguousError(E2EError):
    """Several resources match one name. Nothing was sent."""

    code = "ambiguous"


class InUseError(E2EError):
    """Others use the resource, so it cannot be removed or changed before they let go of it. Nothing was sent."""

    code = "in_use"


class CheckModeWriteError(E2EError):
    """A write was about to be sent in check mode. It is a defect of the collection, never of the playbook."""

    code = "check_mode_write"


class ApiError(E2EError):
    """The API answered with a failure, whatever its shape (reference A.3).

    ``said`` is all that the answer says, for a decision. It may repeat what was sent, so it is never shown.
    """

    code = "api_error"
    said = ""


class AuthenticationError(ApiError):
    """HTTP 401 or 403: the key or token is wrong, or may not do this (reference A.1)."""

    code = "authentication"


class NotFoundError(ApiError):
    """HTTP 404 with a JSON body; a foreign HTML page is a :class:`ProtocolError` instead.

    ``certain`` tells whether the body was the API's own envelope. Other servers say 404 in JSON as well.
    """

    code = "not_found"

    def __init__(self, message: str, *, http_status: int | None = None, certain: bool = True) -> None:
        super().__init__(message, http_status=http_status)
        self.certain = certain


class RefusedError(ApiError):
    """The API understood the request and refused it: validation or a business rule (reference A.3: 400, 405, 409, 412, 422)."""

    code = "refused"


class RateLimitedError(ApiError):
    """HTTP 429, or a page that stands for it. ``retry_after`` is in seconds, if the server named it."""

    code = "rate_limited"

    def __init__(
        self, message: str, *, http_status: int | None = None, outcome_known: bool = True, retry_after: float | None = None
    ) -> None:
        super().__init__(message, http_status=http_status, outcome_known=outcome_known)
        self.retry_after = retry_after


class ServerError(ApiError):
    """HTTP 5xx with a body that is the API's own. After a write its outcome is unknown."""

    code = "server_error"


class ProtocolError(E2EError):
    """What answered does not speak the API: an HTML page, a cut or empty body, a redirect, another JSON document."""

    code = "protocol"


class ConnectionFailedError(E2EError):
    """No answer: the name, the connection, TLS or the time limit failed."""

    code = "connection"


class FunctionFailedError(E2EError):
    """The platform took the deployment and could not build or start it: status Failed (reference B.6)."""

    code = "function_failed"


class SmokeTestFailedError(E2EError):
    """The function runs, and does not answer as its smoke test wants."""

    code = "smoke_test_failed"


class ImageBuildError(E2EError):
    """The tool that builds images could not build or push one."""

    code = "build_failed"


class ResourceFailedError(E2EError):
    """The platform took the request and could not carry it out: the resource has failed, and stays so."""

    code = "resource_failed"


class WaitTimeoutError(E2EError):
    """The state that was waited for did not come in time. The last state seen is in the message."""

    code = "wait_timeout"
