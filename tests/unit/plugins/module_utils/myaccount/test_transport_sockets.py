# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the real network does, on the loopback: the words for it, and whether a write may have arrived."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http import errors
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import BearerAuth, NoAnswer, NoAuth, Timeouts, explain_no_answer, load_requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import RetryPolicy, Transport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextlib.contextmanager
def server(behave: t.Callable[[socket.socket], None]) -> t.Iterator[str]:
    """Accepts one connection after the other until the test ends; yields the endpoint."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)


def request(endpoint: str, method: str = "POST", **more: t.Any) -> errors.E2EError:
    sender = Transport(Credentials("the-key", "the-token", "1", "Delhi", endpoint), retries=RetryPolicy(retries=0), **more)
    with pytest.raises(errors.E2EError) as raised:
        sender.request(method, "x/", json=None if method == "GET" else {})
    assert "the-key" not in raised.value.message
    return raised.value


def answering(*pieces: bytes) -> t.Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)

    return behave


def resetting(connection: socket.socket) -> None:
    connection.recv(65536)
    # Lingering for no time at all makes close send a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_another_project_or_location_is_asked_over_the_same_connections() -> None:
    asked: list[list[bytes]] = []

    def keep(connection: socket.socket) -> None:
        asked.append([])
        while head := connection.recv(65536):
            asked[-1].append(head.split()[1])
            connection.sendall(HEAD + b'Content-Length: 12\r\n\r\n{"data": []}')

    with server(keep) as endpoint:
        here = Transport(Credentials("the-key", "the-token", "1", "Delhi", endpoint), pool_size=1)
        there = here.elsewhere(Credentials("the-key", "the-token", "2", "Chennai", endpoint))
        for transport in (here, there, here):
            transport.request("GET", "x/")
        assert (here.requests_sent, there.requests_sent) == (2, 1)
        here._session.close()
    (queries,) = asked
    assert [b"location=Chennai" in query and b"project_id=2" in query for query in queries] == [False, True, False]


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = request(f"http://127.0.0.1:{port}/")
    assert error.message == f"POST x/ at http://127.0.0.1:{port}/: cannot connect (Connection refused)."
    assert error.outcome_known


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_reset_after_the_request(method: str) -> None:
    with server(resetting) as endpoint:
        error = request(endpoint, method)
    assert (error.code, error.outcome_known) == ("connection", method == "GET")
    assert "the connection broke before the answer was complete" in error.message


@pytest.mark.parametrize(
    "pieces",
    [(), (b"HTT",), (HEAD + b"Content-Length: 100\r\n\r\n", b'{"code"'), (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", b"")],
    ids=["nothing", "half a status line", "half a body", "half a chunk"],
)
def test_an_answer_that_ends_too_early(pieces: tuple[bytes, ...]) -> None:
    with server(answering(*pieces)) as endpoint:
        error = request(endpoint)
    assert (error.code, error.outcome_known) == ("connection", False)
    assert "the connection broke before the answer was complete" in error.message


def test_an_answer_that_does_not_come() -> None:
    over = threading.Event()

    def hang(connection: socket.socket) -> None:
        connection.recv(65536)
        over.wait(10)

    with server(hang) as endpoint:
        error = request(endpoint, timeouts=Timeouts(connect=5, read=0.05))
        over.set()
    assert error.message.endswith("no answer within 0.05 seconds.")
    assert not error.outcome_known


def test_a_server_that_does_not_speak_tls() -> None:
    with server(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as endpoint:
        error = request(endpoint.replace("http:", "https:"))
    assert "TLS failed" in error.message
    assert "validate_certs and ca_path" in error.message
    assert not error.outcome_known


def test_a_name_that_does_not_exist() -> None:
    error = request("http://name.invalid/")
    assert error.message == "POST x/ at http://name.invalid/: the host name cannot be resolved."
    assert error.outcome_known


def test_an_address_that_is_none() -> None:
    error = request("http://[::1/")
    assert "this is not a complete http or https URL" in error.message
    assert error.outcome_known


def test_a_connection_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(address: tuple[str, int], timeout: float, *args: t.Any, **more: t.Any) -> t.NoReturn:
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", hang)
    error = request("http://127.0.0.1:9/", timeouts=Timeouts(connect=2.5, read=60))
    assert error.message == "POST x/ at http://127.0.0.1:9/: no connection within 2.5 seconds."
    assert error.outcome_known


def test_a_certificate_that_is_not_trusted_and_one_that_breaks_later() -> None:
    requests = load_requests()
    refused = requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "certificate verify failed"))
    broken = requests.exceptions.SSLError(ssl.SSLError(1, "bad record mac"))
    assert explain_no_answer(refused, Timeouts()) == NoAnswer("TLS failed (certificate verify failed); see validate_certs and ca_path", sent=False)
    assert explain_no_answer(broken, Timeouts()) == NoAnswer("TLS failed (bad record mac); see validate_certs and ca_path", sent=True)


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    error = request("https://api.example.test/")
    assert "the proxy did not connect" in error.message
    assert error.outcome_known


def test_redirects_are_not_followed() -> None:
    with server(answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as endpoint:
        error = request(endpoint, "GET")
    assert (error.code, error.http_status) == ("protocol", 302)


def test_a_real_success_and_one_session_for_many_calls() -> None:
    connections: list[socket.socket] = []

    def behave(connection: socket.socket) -> None:
        connections.append(connection)
        for number in range(3):
            connection.recv(65536)
            connection.sendall(HEAD + b'Content-Length: 26\r\n\r\n{"code": 200, "data": [7]}')

    with server(behave) as endpoint:
        sender = Transport(Credentials("the-key", "the-token", "1", "Delhi", endpoint))
        assert [sender.request("GET", "x/").data for attempt in range(3)] == [[7]] * 3
    assert len(connections) == 1


def test_authentication_objects() -> None:
    requests = load_requests()
    prepared = requests.Request("GET", "http://127.0.0.1/", auth=NoAuth()).prepare()
    assert "Authorization" not in prepared.headers
    prepared = requests.Request("GET", "http://127.0.0.1/", auth=BearerAuth("the-token")).prepare()
    assert prepared.headers["Authorization"] == "Bearer the-token"
    assert "the-token" not in repr(BearerAuth("the-token"))
