# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions on the MyAccount API: paths and parsing, for both generations of the platform (reference B, H.4 to H.8)."""

from __future__ import annotations

import copy
import json
import typing as t
from dataclasses import dataclass, field
from urllib.parse import quote

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import Once
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import environment_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_form_refusals import OtherFormError, wants_other_form
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import UPLOAD_NAMES, Deployment, Upload
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_logs import log_tail
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import PAGE, read_list, read_pages
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

# Compared after lower-casing: clients and documents disagree about the spelling (reference B.6).
READY_STATES = frozenset({"running", "ready", "active"})
FAILED_STATES = frozenset({"failed", "error"})


@dataclass(frozen=True)
class Runtime:
    """One entry of the runtime list (reference B.2).

    :param id: what create wants.
    :param hardware: ``cpu`` or ``gpu``.
    :param dependency_file: name of the file whose text is sent as requirements.
    :param label: how MyAccount calls it; the id where the API gives no such text.
    """

    id: str
    hardware: str
    dependency_file: str
    label: str
    code_template: str = field(repr=False)
    requirements_template: str = field(repr=False)


@dataclass(frozen=True)
class Function:
    """A function as the API returns it (reference B.5). ``None`` is a value that the answer did not hold.

    :param id: what the documented calls go by (reference H.8); the released client's go by the name.
    :param memory: in MB.
    :param timeout: in seconds.
    :param environment: plain and secret variables together; never shown to anybody.
    :param reason: why it failed, where the API says so.
    :param raw: the whole answer, to tell two answers apart.
    """

    id: int | None
    name: str
    runtime: str | None
    status: str
    url: str | None
    memory: int | None
    timeout: int | None
    hardware: str | None
    code: str | None = field(repr=False)
    requirements: str | None = field(repr=False)
    environment: dict[str, str] | None = field(repr=False)
    secrets: tuple[str, ...] | None
    reason: str | None
    raw: dict[str, t.Any] = field(repr=False)

    @property
    def is_ready(self) -> bool:
        return self.status in READY_STATES

    @property
    def is_failed(self) -> bool:
        return self.status in FAILED_STATES

    @property
    def is_busy(self) -> bool:
        """While it is created or deployed the platform refuses every change (reference B.6)."""
        return not self.is_ready and not self.is_failed


def _first(raw: t.Mapping[str, t.Any], *keys: str) -> t.Any:
    for key in keys:
        if raw.get(key) is not None:
            return raw[key]
    return None


def _text(value: t.Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: t.Any) -> int | None:
    try:
        return None if isinstance(value, bool) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def parse_function(raw: t.Mapping[str, t.Any]) -> Function:
    """Read one function object. Key names beyond name, runtime, status and url are read defensively (reference B.5)."""
    environment = _first(raw, "environment_variables", "environment", "env")
    secrets = _first(raw, "secrets")
    return Function(
        id=_int(_first(raw, "id", "function_id")),
        name=str(_first(raw, "name", "function") or ""),
        runtime=_text(_first(raw, "runtime")),
        status=str(_first(raw, "status", "state") or "unknown").strip().lower(),
        url=_text(_first(raw, "url", "endpoint_url", "invoke_url")),
        memory=_int(_first(raw, "memory", "memory_mb")),
        timeout=_int(_first(raw, "timeout", "timeout_seconds")),
        hardware=_text(_first(raw, "node_type")),
        code=_text(raw.get("code", raw.get("code_inline"))),
        requirements=_text(raw.get("requirements")),
        environment={str(key): environment_text(value) for key, value in environment.items()} if isinstance(environment, dict) else None,
        secrets=tuple(str(item) for item in secrets) if isinstance(secrets, list) else None,
        reason=_text(_first(raw, "error", "failure_reason", "status_message")),
        raw=dict(raw),
    )


def _parse_runtime(raw: t.Mapping[str, t.Any]) -> Runtime:
    identifier = str(raw["runtime"])
    return Runtime(
        id=identifier,
        hardware=str(raw.get("node_type") or "cpu"),
        dependency_file=str(raw.get("label") or ""),
        label=str(_first(raw, "name", "display_name") or identifier),
        code_template=str(raw.get("boiler_code") or ""),
        requirements_template=str(raw.get("requirements_code") or ""),
    )


def _is_not_there(error: E2EError) -> bool:
    """Whether there is nothing at an address for this verb. A web server's own page says so as well as the API does."""
    return isinstance(error, (NotFoundError, RefusedError, ProtocolError)) and error.http_status in (404, 405)


def _identity(entry: t.Mapping[str, t.Any]) -> str:
    """What tells an entry of the list from the others: its name, and for one without a name all that it holds."""
    return str(_first(entry, "name", "function") or json.dumps(entry, sort_keys=True))


def _nothing(upload: Upload) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class _Way:
    """One of the calls that can update a function, or remove it: the form of its body, and what its path ends with."""

    upload: Upload
    path: str
    by_id: bool

    def of(self, name: str, identifier: int | None) -> str | None:
        """The whole path, ``None`` when the id is not known."""
        if not self.by_id:
            return f"{self.path}/{quote(name, safe='')}/"
        return None if identifier is None else f"{self.path}/{identifier}/"


# The released client's call first, then the documented one (reference B.1, B.9, H.5, H.7).
_UPDATES = (
    _Way("text", "faas/handler_file", by_id=False),
    _Way("zip", "faas/function", by_id=True),
    _Way("text", "faas/function", by_id=True),
    _Way("text", "faas/function", by_id=False),
    _Way("zip", "faas/function", by_id=False),
)


@dataclass
class _Learnt:
    """What the answers of this run have told about the API. A server may speak either generation, or both."""

    create: Upload | None = None
    update: _Way | None = None
    reads_by_name: bool | None = None
    deletes_by_id: bool = False


class FunctionsClient:
    """The calls of reference B.1 and H.4 to H.8, shared by any number of threads. Raises what :class:`Transport` raises.

    Which of the documented and the released client's calls the API knows is learnt from its answers, once a run.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._learnt = _Learnt()
        #: The list of runtimes, read once.
        self.known_runtimes = Once(self.runtimes)

    def over(self, transport: Transport) -> FunctionsClient:
        """The same client, with all that it has learnt and will learn, over another view of the connection."""
        twin = copy.copy(self)
        twin.transport = transport
        return twin

    def runtimes(self) -> list[Runtime] | None:
        """All runtimes that the account can choose from, in the server's order; ``None`` where the API has no such list.

        Only the CLI of 2024 reads it (reference B.1); the vendor documents no such call.
        """
        try:
            entries = read_list(self.transport, "faas/runtimes/")
        except E2EError as error:
            if _is_not_there(error):
                return None
            raise
        return [_parse_runtime(item) for item in entries if item.get("runtime")]

    def functions(self) -> list[Function]:
        """All functions, sorted by name. An entry may hold less than :meth:`get` returns (reference H.4)."""
        functions = [parse_function(item) for item in read_pages(self.transport, "faas/functions/", _identity, PAGE)]
        return sorted((function for function in functions if function.name), key=lambda function: function.name)

    def get(self, name: str) -> Function | None:
        """One function, or ``None`` when there is none.

        Only the released client reads one function (reference B.1, call 4), and how a missing one is reported is not
        certain. So a function that is not found by its name is looked for in the list, and so is one whose reading is refused.
        """
        if self._learnt.reads_by_name is False:
            return self._listed(name)
        path = self._path("faas/function", name)
        try:
            data = self.transport.request("GET", path).data
        except (NotFoundError, RefusedError, ProtocolError) as error:
            if isinstance(error, NotFoundError) and error.certain and self._learnt.reads_by_name:
                return None
            if isinstance(error, ProtocolError) and not _is_not_there(error):
                raise
            found = self._listed(name)
            if found is None:
                return None
            if not _is_not_there(error):
                raise
            self._learnt.reads_by_name = False
            return found
        if isinstance(data, dict) and data:
            self._learnt.reads_by_name = True
            return parse_function({"name": name, **data})
        if not data:
            return None
        raise ProtocolError(f"GET {path}: the answer holds no function object.")

    def detailed(self, listed: Function) -> Function | None:
        """A function from the list with what only its own reading tells, ``None`` when it was deleted meanwhile.

        Where the API does not read one function by its name, the entry of the list is all there is.
        """
        if self._learnt.reads_by_name is False:
            return listed
        try:
            data = self.transport.request("GET", self._path("faas/function", listed.name)).data
        except E2EError as error:
            if not _is_not_there(error):
                raise
            if self._learnt.reads_by_name:
                return None
            self._learnt.reads_by_name = False
            return listed
        self._learnt.reads_by_name = True
        return parse_function({**listed.raw, **data}) if isinstance(data, dict) else listed

    def identified(self, function: Function) -> int | None:
        """The id of a function, looked up in the list where the answer that told about it had none (reference H.8)."""
        if function.id is not None:
            return function.id
        listed = self._listed(function.name)
        return None if listed is None else listed.id

    def create(self, deployment: Deployment, uploads: t.Sequence[Upload], sending: t.Callable[[Upload], t.Any] = _nothing) -> Upload:
        """Ask for a new function; it is built after the answer (reference B.3, H.6).

        :param uploads: the forms that may be tried, the preferred one first.
        :param sending: told each form before it is tried, so that it is known after a failure as well.
        :returns: the form that the API took.
        :raises OtherFormError: it took none of them; the message tells what it said to each.
        """
        refused: list[tuple[Upload, E2EError]] = []
        for upload in sorted(uploads, key=lambda upload: upload != (self._learnt.create or uploads[0])):
            sending(upload)
            try:
                if upload == "zip":
                    self.transport.request("POST", "faas/functions/", form=deployment.form(new=True))
                else:
                    self.transport.request("POST", "faas/functions/", json=deployment.body(new=True))
            except E2EError as error:
                if not wants_other_form(error, upload, new=True):
                    raise
                refused.append((upload, error))
            else:
                self._learnt.create = upload
                return upload
        raise _no_form(refused)

    def update(self, function: Function, deployment: Deployment, uploads: t.Sequence[Upload], sending: t.Callable[[Upload], t.Any] = _nothing) -> Upload:
        """Replace what the form carries: all of it as JSON, and in a multipart form all but the code, which may be left out
        (reference B.4, H.7). The parameters and what is returned and raised are those of :meth:`create`.
        """
        refused: list[tuple[Upload, E2EError]] = []
        preferred = [way for upload in uploads for way in _UPDATES if way.upload == upload]
        for way in sorted(preferred, key=lambda way: (way != self._learnt.update, way.upload != (self._learnt.create or uploads[0]))):
            path = way.of(function.name, self.identified(function) if way.by_id else None)
            if path is None:
                continue
            sending(way.upload)
            try:
                if way.upload == "zip":
                    self.transport.request("PUT", path, form=deployment.form(new=False))
                else:
                    self.transport.request("PUT", path, json=deployment.body(new=False))
            except E2EError as error:
                if not wants_other_form(error, way.upload, new=False):
                    raise
                if error.http_status == 404 and self._is_gone(function, refused):
                    error.outcome_known = True
                    raise
                refused.append((way.upload, error))
            else:
                self._learnt.update = way
                return way.upload
        raise _no_form(refused)

    def delete(self, function: Function) -> None:
        """Remove a function; one that is not there is fine.

        By its name, as the released client does with a body that repeats it (reference B.1, call 6), and where the API does
        not know that call by its id, as documented (reference H.5).
        """
        refusal: E2EError | None = None
        if not self._learnt.deletes_by_id:
            try:
                self.transport.request("DELETE", self._path("faas/function", function.name), json={"function": function.name}, repeatable=True)
                return
            except (NotFoundError, RefusedError, ProtocolError) as error:
                # The other call is made only after an answer that says that this one did nothing.
                if error.http_status not in (400, 404, 405):
                    raise
                if error.http_status != 404:
                    refusal = error
                elif self._learnt.reads_by_name and self.get(function.name) is None:
                    # The address is known, so that was about the function. Otherwise the server reads by the name there, and deletes by the id.
                    return
        identifier = self.identified(function)
        if identifier is None:
            if refusal is not None:
                raise refusal
            return
        try:
            self.transport.request("DELETE", f"faas/function/{identifier}/", repeatable=True)
        except NotFoundError:
            if refusal is not None:
                raise refusal from None
            return
        self._learnt.deletes_by_id = True

    def log_tail(self, function: Function, lines: int = 20) -> list[str]:
        """The newest lines of the function's log, oldest first, and of its build when it has failed. None where the API shows no log."""
        try:
            identifier = self.identified(function)
        except E2EError:
            identifier = None
        return log_tail(self.transport, identifier, function.name, lines, failed=function.is_failed) if lines else []

    def _listed(self, name: str) -> Function | None:
        return next((function for function in self.functions() if function.name == name), None)

    def _is_gone(self, function: Function, refused: t.Sequence[t.Any]) -> bool:
        """Whether a 404 means the function. It is asked once: the next way gets the same answer."""
        return not refused and self.get(function.name) is None

    @staticmethod
    def _path(prefix: str, name: str) -> str:
        return f"{prefix}/{quote(name, safe='')}/"


def _no_form(refused: t.Sequence[tuple[Upload, E2EError]]) -> OtherFormError:
    """The error after every form was refused: what the API said to each of them."""
    said = dict(refused)
    last = refused[-1][1]
    message = last.message
    if len(said) > 1:
        texts = "; ".join(f"as {UPLOAD_NAMES[upload]}: {error.message.rstrip('.')}" for upload, error in said.items())
        message = f"The API does not take the function in any form that is known. It said, {texts}."
    return OtherFormError(message, http_status=last.http_status)
