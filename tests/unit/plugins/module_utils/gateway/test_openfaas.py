# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which gateway, with which credentials; and what its answers mean."""

from __future__ import annotations

import base64
import sys
import typing as t
from pathlib import Path

import pytest
import requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import GatewayAccess, resolve_gateway
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport, read_answer
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import Received, RetryPolicy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import (
    ConfigurationError,
    ConnectionFailedError,
    E2EError,
    MissingLibraryError,
    NotFoundError,
    ProtocolError,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import BasicAuth
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    PASSWORD,
    URL,
    ScriptedGateway,
    document,
    functions,
    get,
    missing,
    secrets,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import FakeClock, Reply, Step
from hypothesis import given
from hypothesis import strategies as st

HERE = {"gateway_url": "https://gw.example.test"}


def login(home: Path, content: str) -> Path:
    folder = home / ".openfaas"
    folder.mkdir(exist_ok=True)
    (folder / "config.yml").write_text(content, encoding="utf-8")
    return home


def logged_in(gateway: str, auth: str, token: str) -> str:
    return f"auths:\n- gateway: http://other\n  auth: basic\n  token: x\n- gateway: {gateway}\n  auth: {auth}\n  token: {token}\n"


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("https://gw.example.test", "https://gw.example.test/"),
        ("https://gw.example.test/openfaas//", "https://gw.example.test/openfaas/"),
        (" gw.example.test:8080 ", "http://gw.example.test:8080/"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
    ],
)
def test_the_url_is_read_as_faas_cli_does(tmp_path: Path, given_url: str, url: str) -> None:
    assert resolve_gateway({"gateway_url": given_url}, {}, tmp_path).url == url
    assert resolve_gateway({"gateway_url": ""}, {"OPENFAAS_URL": given_url}, tmp_path).url == url


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://x?y=1", "http://x#y", "http://[", "http://x:0", "http://x:99999"])
def test_what_is_no_url_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="gateway_url must be"):
        resolve_gateway({"gateway_url": url}, {}, tmp_path)


def test_a_url_with_a_password_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_gateway({"gateway_url": "https://me:s3cr3t@x"}, {}, tmp_path)
    assert "s3cr3t" not in caught.value.message


def test_a_missing_url_names_both_ways(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="gateway_url or as the environment variable OPENFAAS_URL"):
        resolve_gateway({}, {"OPENFAAS_URL": " "}, tmp_path)


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ({}, {}, (None, None, None)),
        ({"gateway_password": "p"}, {}, ("admin", "p", None)),
        ({"gateway_password": "p", "gateway_username": "u"}, {"OPENFAAS_USERNAME": "other"}, ("u", "p", None)),
        ({"gateway_password": "p"}, {"OPENFAAS_TOKEN": "t", "OPENFAAS_USERNAME": "u"}, ("u", "p", None)),
        ({"gateway_token": "t", "gateway_password": "p"}, {}, (None, None, "t")),
        ({"gateway_token": ""}, {"OPENFAAS_PASSWORD": "p", "OPENFAAS_TOKEN": " "}, ("admin", "p", None)),
        ({}, {"OPENFAAS_PASSWORD": "p", "OPENFAAS_TOKEN": "t"}, (None, None, "t")),
    ],
)
def test_options_win_over_variables(tmp_path: Path, options: dict[str, str], environ: dict[str, str], expected: tuple[t.Any, ...]) -> None:
    access = resolve_gateway({**HERE, **options, "namespace": " stage "}, environ, tmp_path)
    assert (access.username, access.password, access.token) == expected and access.namespace == "stage"
    assert access.has_credentials is any(expected)
    assert "'p'" not in repr(access) and "'t'" not in repr(access)


LOGIN = {"OPENFAAS_USERNAME": "u", "OPENFAAS_PASSWORD": "p"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://gw.example.test/", ("u", "p")),
        ("https://GW.example.test", ("u", "p")),
        ("gw.example.test", (None, None)),
        ("https://another.example.test", (None, None)),
        ("no url: at all", (None, None)),
        (" ", ("u", "p")),
    ],
)
def test_credentials_in_the_environment_belong_to_the_gateway_in_it(tmp_path: Path, url: str, expected: tuple[str | None, str | None]) -> None:
    access = resolve_gateway(HERE, {**LOGIN, "OPENFAAS_URL": url}, tmp_path)
    assert (access.url, access.username, access.password) == ("https://gw.example.test/", *expected)
    assert resolve_gateway(HERE, {"OPENFAAS_TOKEN": "t", "OPENFAAS_URL": url}, tmp_path).token == (expected[0] and "t")
    given = resolve_gateway({**HERE, "gateway_password": "mine"}, {**LOGIN, "OPENFAAS_URL": url}, tmp_path)
    assert (given.username, given.password) == (expected[0] or "admin", "mine")


def test_the_login_of_faas_cli_is_used_at_last(tmp_path: Path) -> None:
    token = base64.b64encode(b"me:pass:word").decode()
    home = login(tmp_path, logged_in("https://GW.example.test", "basic", token))
    assert resolve_gateway(HERE, {}, home) == GatewayAccess("https://gw.example.test/", "me", "pass:word")
    assert resolve_gateway(HERE, {"OPENFAAS_PASSWORD": "p"}, home).password == "p"
    login(tmp_path, logged_in("https://gw.example.test", "oauth2", "jwt"))
    assert resolve_gateway(HERE, {}, home).token == "jwt"
    assert resolve_gateway({"gateway_url": "https://another"}, {}, home).has_credentials is False
    moved = tmp_path / "moved"
    (home / ".openfaas").rename(moved)
    assert resolve_gateway(HERE, {"OPENFAAS_CONFIG": str(moved)}, home).token == "jwt"


@pytest.mark.parametrize("content", ["[]", "auths: 3", "auths: [3]", "auths: [{gateway: 'https://gw.example.test'}]", ""])
def test_a_file_without_logins_has_none(tmp_path: Path, content: str) -> None:
    assert resolve_gateway(HERE, {}, login(tmp_path, content)).has_credentials is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [", "it is not valid YAML"),
        (logged_in("https://gw.example.test", "basic", "'%%%'"), "is damaged"),
        (logged_in("https://gw.example.test", "basic", base64.b64encode(b"nocolon").decode()), "is damaged"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolve_gateway(HERE, {}, login(tmp_path, content))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    login(tmp_path, "")
    (tmp_path / ".openfaas" / "config.yml").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="it is not text"):
        resolve_gateway(HERE, {}, tmp_path)
    (tmp_path / ".openfaas" / "config.yml").unlink()
    (tmp_path / ".openfaas" / "config.yml").mkdir()
    with pytest.raises(ConfigurationError, match="Is a directory"):
        resolve_gateway(HERE, {}, tmp_path)


def test_without_pyyaml_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert resolve_gateway(HERE, {}, tmp_path).has_credentials is False
    with pytest.raises(MissingLibraryError, match="PyYAML"):
        resolve_gateway(HERE, {}, login(tmp_path, ""))


@pytest.mark.parametrize(
    ("url", "password", "plain"),
    [("http://gw/", "p", True), ("http://gw/", None, False), ("https://gw/", "p", False), ("http://127.0.0.1/", "p", False), ("http://localhost/", "p", False)],
)
def test_credentials_over_plain_http_are_noticed(url: str, password: str | None, plain: bool) -> None:
    assert GatewayAccess(url, "u", password).is_plain_http is plain


# Answers.


@given(status=st.integers(100, 599), content=st.binary(max_size=200), is_write=st.booleans())
def test_any_answer_is_a_reply_or_an_error_of_the_family(status: int, content: bytes, is_write: bool) -> None:
    answer = Received("GET x", status, content, is_write, None)
    try:
        assert read_answer(answer).content == content and 200 <= status < 300
    except E2EError as error:
        assert not 200 <= status < 300 and len(error.message.splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "content", "known"), [(500, b"why", True), (500, b"", False), (502, b"", False), (502, b"bad", False), (400, b"", True), (504, b"<html>", False)]
)
def test_only_a_provider_that_says_why_has_surely_failed(status: int, content: bytes, known: bool) -> None:
    with pytest.raises(E2EError) as caught:
        read_answer(Received("PUT x", status, content, True, None))
    assert caught.value.outcome_known is known


def test_a_long_text_is_cut_and_a_repeated_line_said_once() -> None:
    with pytest.raises(E2EError) as caught:
        read_answer(Received("PUT x", 400, b"same\nsame\n" + b"x" * 5000, True, None))
    assert caught.value.message.count("same") == 1 and len(caught.value.message) < 700


def test_a_missing_route_is_not_a_missing_thing() -> None:
    for content, certain in ((b"", True), (b"404 page not found\n", False)):
        with pytest.raises(NotFoundError) as caught:
            read_answer(Received("GET x", 404, content, False, None))
        assert caught.value.certain is certain


def test_credentials_are_not_shown() -> None:
    assert "p4ss" not in repr(BasicAuth("me", "p4ss"))
    transport = GatewayTransport(GatewayAccess(URL, "me", "p4ssword"))
    assert transport.redact(f"x p4ssword {transport.authorization}") == "x ******** Basic ********"


def test_a_gateway_without_authentication_gets_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine gateway.example.test login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[t.Any] = []

    def answer(request: t.Any) -> t.NoReturn:
        seen.append(request.headers.get("Authorization"))
        raise requests.ConnectionError

    monkeypatch.setattr(ScriptedGateway(monkeypatch), "_answer", answer)
    transport = GatewayTransport(GatewayAccess(URL), retries=RetryPolicy(retries=0))
    with pytest.raises(ConnectionFailedError):
        transport.request("GET", "system/info")
    assert seen == [None] and transport.authorization is None


# The client.


def client(time: FakeClock) -> GatewayClient:
    return GatewayClient(GatewayTransport(GatewayAccess(URL, "admin", PASSWORD), clock=time.clock))


@pytest.mark.parametrize(
    ("provider", "dialect"),
    [
        ({"provider": "faasd-ce", "orchestration": "containerd"}, "faasd"),
        ({"provider": "faas-netes", "orchestration": "kubernetes"}, "kubernetes"),
        ({"provider": "faas-memory", "orchestration": "memory"}, "unknown"),
    ],
)
def test_the_provider_is_told_once(gateway: ScriptedGateway, time: FakeClock, provider: dict[str, str], dialect: str) -> None:
    gateway.expect(Step("GET", "system/info", document({"provider": provider}), None))
    here = client(time)
    assert here.dialect == dialect and here.dialect == dialect and here.transport.requests_sent == 1


def test_a_look_up_is_repeated_after_trouble(gateway: ScriptedGateway, time: FakeClock) -> None:
    gateway.expect(get(text(502)), get(text(500, "try again")), missing())
    assert client(time).function("hello") is None and len(time.slept) == 2


@pytest.mark.parametrize("answer", [document({"not": "a list"}), Reply(404, b"404 page not found\n"), text(404, "odd")])
def test_a_list_that_is_none_is_an_error(gateway: ScriptedGateway, time: FakeClock, answer: Reply) -> None:
    gateway.expect(Step("GET", "system/functions", answer, None))
    with pytest.raises(E2EError):
        client(time).functions()


def test_functions_are_sorted_and_their_gaps_are_kept(gateway: ScriptedGateway, time: FakeClock) -> None:
    found = [{"name": "b", "image": "x"}, {"name": "a", "image": "x", "availableReplicas": 2.0}]
    gateway.expect(Step("GET", "system/functions", document(found), None))
    assert [(function.name, function.available) for function in client(time).functions()] == [("a", 2), ("b", None)]


FOREIGN: list[t.Any] = [3, {}, None, {"name": "b"}, {"image": "x"}, {"name": "", "image": "x"}, {"name": ["b"], "image": "x"}]


@pytest.mark.parametrize("entry", FOREIGN)
def test_a_list_of_something_else_is_no_list_of_functions(gateway: ScriptedGateway, time: FakeClock, entry: t.Any) -> None:
    """Leaving an entry out would let a secret be removed that a function uses."""
    gateway.expect(Step("GET", "system/functions", document([{"name": "a", "image": "x"}, entry]), None))
    with pytest.raises(ProtocolError, match="lists what is no function.*check gateway_url"):
        client(time).functions()


@pytest.mark.parametrize("entry", [*FOREIGN, {"name": "other", "image": "x"}, {"code": 200, "data": {}}, []])
def test_any_json_is_no_function(gateway: ScriptedGateway, time: FakeClock, entry: t.Any) -> None:
    gateway.expect(get(document(entry)))
    with pytest.raises(ProtocolError, match="not this function.*check gateway_url"):
        client(time).function("hello")


@pytest.mark.parametrize("entry", [3, None, {}, {"name": ""}, "name"])
def test_a_list_of_something_else_is_no_list_of_secrets(gateway: ScriptedGateway, time: FakeClock, entry: t.Any) -> None:
    gateway.expect(secrets(answer=document([{"name": "a"}, entry])))
    with pytest.raises(ProtocolError, match="lists what is no secret"):
        client(time).secrets()


@pytest.mark.parametrize("entry", [3, None, {}, ""])
def test_a_list_of_something_else_is_no_list_of_namespaces(gateway: ScriptedGateway, time: FakeClock, entry: t.Any) -> None:
    gateway.expect(Step("GET", "system/namespaces", document(["openfaas-fn", entry]), None))
    with pytest.raises(ProtocolError, match="lists what is no name"):
        client(time).namespaces()


NO_GATEWAYS = [document({}), document([]), document({"provider": "faasd"}), text(404), text(404, "404 page not found"), text(200, "hello")]


@pytest.mark.parametrize("answer", NO_GATEWAYS)
@pytest.mark.parametrize("step", [missing(), missing("gone"), secrets(answer=document([])), secrets(answer=document(None)), functions()])
def test_that_there_is_nothing_is_believed_of_a_gateway_only(gateway: ScriptedGateway, time: FakeClock, step: Step, answer: Reply) -> None:
    """An empty 404 and an empty list are what a gateway answers, and what many other servers do."""
    gateway.expect(step, Step("GET", "system/info", answer, None))
    calls: dict[str, t.Callable[[], t.Any]] = {"system/secrets": client(time).secrets, "system/functions": client(time).functions}
    with pytest.raises(ProtocolError, match="check gateway_url|Check gateway_url"):
        calls.get(step.path, lambda: client(time).function(step.path.rpartition("/")[2]))()


def test_a_page_is_no_success(gateway: ScriptedGateway, time: FakeClock) -> None:
    gateway.expect(Step("POST", "system/secrets", Reply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})))
    with pytest.raises(ProtocolError, match="the answer is an HTML page") as caught:
        client(time).create_secret("token", b"x")
    assert not caught.value.outcome_known


@pytest.mark.parametrize("said", [{"code": 412, "errors": {"detail": "no"}}, {"status": 503}, {"error": "upstream"}, {"status_code": 400, "errors": True}])
def test_a_success_that_speaks_of_a_failure_is_none(gateway: ScriptedGateway, time: FakeClock, said: dict[str, t.Any]) -> None:
    """What was written to a secret cannot be read, so the answer is all there is."""
    gateway.expect(Step("PUT", "system/secrets", document(said)))
    with pytest.raises(ProtocolError, match=r"the answer says that it failed \(HTTP 200\)") as caught:
        client(time).update_secret("token", b"x")
    assert not caught.value.outcome_known


@pytest.mark.parametrize("said", [text(200), text(202, "Accepted"), document({"code": 200, "errors": {}}), document({"status": "ok"}), document([1])])
def test_other_bodies_of_a_success_are_of_no_account(gateway: ScriptedGateway, time: FakeClock, said: Reply) -> None:
    gateway.expect(Step("PUT", "system/secrets", said))
    client(time).update_secret("token", b"x")


def test_removing_what_is_not_there_is_fine(gateway: ScriptedGateway, time: FakeClock) -> None:
    gateway.expect(Step("DELETE", "system/functions", text(404)))
    client(time).remove("hello")
