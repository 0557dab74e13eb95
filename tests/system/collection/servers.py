# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small servers of a test's own on the loopback, which answer as the test says and remember who called."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit, urlunsplit

import requests

HOP = frozenset({"connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"})


@dataclass(frozen=True)
class Call:
    """A request as it arrived. ``path`` has the query, the names of ``headers`` are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        """All of it as one text, whatever its bytes are."""
        head = [f"{self.method} {self.path}", *(f"{name}: {value}" for name, value in self.headers.items()), "", ""]
        return "\n".join(head) + self.body.decode("utf-8", "replace")

    def at_the_server(self) -> Call:
        """The same as the server gets it from a proxy, without the server's name in the path."""
        parts = urlsplit(self.path)
        return replace(self, path=urlunsplit(("", "", *parts[2:])))


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Server:
    """A running server: its URL without a slash at the end, and the calls that arrived."""

    url: str
    calls: list[Call]


def forwarding(behind: str) -> Callable[[Call], Answer]:
    """Answers as the server at this URL does, which gets each call."""

    def answer(call: Call) -> Answer:
        headers = {name: value for name, value in call.headers.items() if name not in HOP}
        with requests.Session() as session:
            # No proxy of the environment, which may lead back to here.
            session.trust_env = False
            said = session.request(call.method, behind + call.path, headers=headers, data=call.body, timeout=30, allow_redirects=False)
        return Answer(said.status_code, said.content, {name: value for name, value in said.headers.items() if name.lower() not in HOP})

    return answer


@contextlib.contextmanager
def serving(answer: Callable[[Call], Answer], tls: ssl.SSLContext | None = None, opened: set[tuple[str, int]] | None = None) -> Iterator[Server]:
    """Answer each call so, until the test ends. ``opened`` gets the other end of each connection."""
    calls: list[Call] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A client that does not like the certificate hangs up, or never speaks.
        timeout = 10
        # One packet an answer, which is sent at once.
        wbufsize = -1
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            with contextlib.suppress(OSError):
                super().handle_one_request()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            calls.append(call)
            said = answer(call)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said.body)

    class Quiet(ThreadingHTTPServer):
        def get_request(self) -> tuple[object, object]:
            connection, address = self.socket.accept()
            if opened is not None:
                opened.add(address)
            # The handshake belongs into the thread of the connection.
            return (tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False) if tls else connection), address

        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that a client breaks off is no error of the test."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Server(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}", calls)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
