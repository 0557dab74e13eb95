# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account has to activate functions, and pays for it each time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from emulator_api import CONTAINER, Api

EXISTS = {"code": 200, "data": "Namespace e2e-faas-10001-dl exists", "errors": {}, "message": "Success"}


@pytest.fixture(scope="module")
def _process(_emulators: Callable[..., Any]) -> Any:
    return _emulators(build_seconds=0, not_activated=True)


@pytest.fixture
def fresh(_process: Any) -> Api:
    """An emulator whose account has not activated functions."""
    _process.reset()
    return Api(_process)


def namespace(api: Api, method: str, **query: str) -> requests.Response:
    return api.call(method, "faas/namespace/", query={**api.query, **query})


def refused(answer: requests.Response, code: int) -> str:
    assert answer.status_code == answer.json()["code"] == code, answer.text
    message: str = answer.json()["message"]
    assert answer.json()["errors"] == {"detail": [message]}
    return message


def test_an_account_is_activated_unless_told_otherwise(api: Api) -> None:
    assert namespace(api, "GET").json() == EXISTS
    assert api.process.bill()["items"] == []


def test_from_activation_to_deactivation(fresh: Api) -> None:
    assert refused(namespace(fresh, "GET"), 404) == "Namespace not found."
    answer = namespace(fresh, "POST")
    assert answer.status_code == 200
    assert answer.json()["message"] == "FaaS plan activated successfully."
    assert namespace(fresh, "GET").json() == EXISTS
    answer = namespace(fresh, "DELETE")
    assert answer.status_code == 200
    assert answer.json() == {"code": 200, "data": "Namespace deleted", "errors": {}, "message": "Namespace deleted successfully."}
    assert refused(namespace(fresh, "GET"), 404) == refused(namespace(fresh, "DELETE"), 404)


@pytest.mark.parametrize("form", ["json", "zip"])
def test_nothing_is_made_before_the_activation(fresh: Api, form: str) -> None:
    create = {"json": lambda: fresh.create("f", runtime=CONTAINER), "zip": lambda: fresh.create_zip("f")}[form]
    assert "not activated" in refused(create(), 412)
    assert fresh.listed().json()["data"] == []
    namespace(fresh, "POST")
    assert create().ok
    assert fresh.settled("f")["status"] == "running"


def test_functions_keep_it_active(fresh: Api) -> None:
    namespace(fresh, "POST")
    fresh.create_zip("f")
    fresh.settled("f")
    assert refused(namespace(fresh, "DELETE"), 412) == (
        "You cannot deactivate the FaaS plan while functions are active. Please delete all functions before proceeding with deactivation."
    )
    assert namespace(fresh, "GET").json() == EXISTS
    fresh.delete_by_id(1001)
    assert namespace(fresh, "DELETE").status_code == 200


def test_every_activation_is_on_the_bill(fresh: Api) -> None:
    namespace(fresh, "POST")
    assert fresh.process.bill()["running"] == {"functions activation": 1}
    assert "already" in refused(namespace(fresh, "POST"), 412)
    assert fresh.process.bill()["created"] == {"functions activation": 1}
    namespace(fresh, "DELETE")
    assert fresh.process.bill()["running"] == {"functions activation": 0}
    namespace(fresh, "POST")
    bill = fresh.process.bill()
    assert (bill["created"], bill["running"]) == ({"functions activation": 2}, {"functions activation": 1})
    first = bill["items"][0]
    assert (first["name"], first["project_id"], first["location"]) == ("e2e-faas-10001-dl", "1", "Delhi")
    assert [one["deleted_at"] is None for one in bill["items"]] == [False, True]


def test_an_activation_that_cannot_be_paid(fresh: Api) -> None:
    fresh.process.account(credit=False)
    assert refused(namespace(fresh, "POST"), 412) == "Credit are not sufficient."
    assert namespace(fresh, "GET").status_code == 404
    assert fresh.process.bill()["items"] == []
    fresh.process.account(credit=True)
    assert namespace(fresh, "POST").status_code == 200


def test_an_answer_that_is_lost_after_the_activation(fresh: Api) -> None:
    fresh.process.fault({"method": "POST", "path": "faas/namespace/", "action": "reset", "when": "after"})
    with pytest.raises(requests.exceptions.ConnectionError):
        namespace(fresh, "POST")
    assert namespace(fresh, "GET").json() == EXISTS
    assert fresh.process.bill()["created"] == {"functions activation": 1}


def test_a_reset_takes_it_back(fresh: Api) -> None:
    namespace(fresh, "POST")
    fresh.process.reset()
    assert namespace(fresh, "GET").status_code == 404
    assert fresh.process.bill()["items"] == []


def killed(api: Api) -> Api:
    """The emulator after it was killed and started again."""
    os.kill(api.process.pid, signal.SIGKILL)
    api.process.restart()
    return Api(api.process)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_only_in_delhi(fresh: Api, method: str) -> None:
    assert "Delhi" in refused(namespace(fresh, method, location="Chennai"), 400)


def test_the_page_tells(fresh: Api) -> None:
    account = fresh.process.control("GET", "overview")["account"]
    assert (account["activated"], account["namespace"], account["credit"]) == (False, "e2e-faas-10001-dl", True)
    namespace(fresh, "POST")
    assert fresh.process.control("GET", "overview")["account"]["activated"] is True


def test_it_is_kept_when_the_emulator_is_killed(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(not_activated=True, state=tmp_path / "state.json")
    namespace(api, "POST")
    again = killed(api)
    assert namespace(again, "GET").json() == EXISTS
    namespace(again, "DELETE")
    last = killed(again)
    assert namespace(last, "GET").status_code == 404
    namespace(last, "POST")
    assert [one["id"] for one in last.process.bill()["items"]] == [1, 2]
