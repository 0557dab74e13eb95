# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What calls that run side by side share."""

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import GatewayAccess
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import Once
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, AUTH_TOKEN, ENDPOINT, ScriptedApi, Step, ok, refusal


def test_all_threads_get_what_one_has_made() -> None:
    together, made = threading.Barrier(4), []

    def make() -> object:
        made.append(object())
        return made[-1]

    once = Once(make)

    def ask(_number: int) -> object:
        together.wait()
        return once()

    with ThreadPoolExecutor(4) as pool:
        found = set(map(id, pool.map(ask, range(4))))
    assert len(made) == 1 and found == {id(made[0])}


def test_what_fails_is_tried_again_and_nothing_is_a_result() -> None:
    outcomes: list[t.Any] = [ValueError("no"), None, 3]

    def make() -> t.Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    once = Once(make)
    with pytest.raises(ValueError):
        once()
    assert (once(), once()) == (None, None) and outcomes == [3]


def test_a_view_of_a_connection_masks_its_own_secrets_and_those_of_the_connection(api: ScriptedApi) -> None:
    whole = Transport(Credentials(API_KEY, AUTH_TOKEN, "42", "Delhi", ENDPOINT))
    one, other = whole.redacting(Redactor(["secret of one"])), whole.redacting(Redactor(["secret of other"]))
    said = refusal(400, f"secret of one, secret of other, {AUTH_TOKEN}")
    api.expect(*(Step("POST", "x/", said) for _view in range(3)), Step("GET", "x/", ok(), None))
    texts = []
    for view in (one, other, whole):
        with pytest.raises(RefusedError) as caught:
            view.request("POST", "x/")
        texts.append(caught.value.message.partition(": ")[2])
    assert [("secret of one" in text, "secret of other" in text, AUTH_TOKEN in text) for text in texts] == [
        (False, True, False),
        (True, False, False),
        (True, True, False),
    ]
    one.request("GET", "x/")
    assert whole.requests_sent == other.requests_sent == 4


def test_a_view_of_a_gateway_knows_its_login() -> None:
    redact = Redactor()
    GatewayTransport(GatewayAccess("https://gw.example.test/", "admin", "pass-of-the-gateway")).redacting(redact)
    assert redact("pass-of-the-gateway YWRtaW46cGFzcy1vZi10aGUtZ2F0ZXdheQ==") == "******** ********"
