# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, context, paths and verbs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
from emulator_api import Api, body


def test_credential_check_needs_no_project(api: Api) -> None:
    answer = api.call("GET", "iam/multi-crn/", query={"apikey": "emulator-key"})
    assert answer.status_code == 200
    assert (answer.json()["code"], answer.json()["errors"]) == (200, {})
    assert answer.json()["data"]["crn_data"][0]["iam_type"] == "Owner"


@pytest.mark.parametrize("key, token", [("wrong", "emulator-token"), ("emulator-key", "wrong"), ("", "emulator-token")])
@pytest.mark.parametrize("path", ["iam/multi-crn/", "faas/runtimes/"])
def test_wrong_credentials(api: Api, key: str, token: str, path: str) -> None:
    answer = api.call("GET", path, token=token, query={**api.query, "apikey": key})
    assert answer.status_code == 401
    assert list(answer.json()) == ["detail"]


def test_no_authorization_header(api: Api) -> None:
    answer = requests.get(f"{api.url}/myaccount/api/v1/faas/runtimes/", params=api.query, timeout=10)
    assert answer.status_code == 401


def test_read_only_token_reads_and_cannot_write(api: Api) -> None:
    token = "emulator-read-only-token"
    assert api.call("GET", "faas/functions/", token=token).status_code == 200
    refused = [
        api.call("POST", "faas/functions/", token=token, json=body("x", function="f", runtime="python3-http-debian", node_type="cpu")),
        api.call("PUT", "faas/handler_file/f/", token=token, json=body("x")),
        api.call("DELETE", "faas/function/f/", token=token),
    ]
    assert [answer.status_code for answer in refused] == [403] * 3
    assert all(list(answer.json()) == ["detail"] for answer in refused)
    assert api.call("GET", "faas/functions/").json()["data"] == []


def test_own_credentials_and_projects(api_factory: Callable[..., Api]) -> None:
    api = api_factory(api_key="k", auth_token="t", project_id=["7", "8"])
    assert api.call("GET", "faas/functions/", query={**api.query, "project_id": "8"}).status_code == 200
    assert api.call("GET", "faas/functions/").status_code == 400
    assert api.call("GET", "faas/functions/", token="emulator-token").status_code == 401


def test_unknown_project_is_answered_without_envelope(api: Api) -> None:
    answer = api.call("GET", "faas/functions/", query={**api.query, "project_id": "99"})
    assert answer.status_code == 400
    assert answer.json() == {"status_code": 400, "message": "Project not found"}


@pytest.mark.parametrize("key", ["project_id", "location"])
def test_missing_context(api: Api, key: str) -> None:
    answer = api.call("GET", "faas/functions/", query={name: value for name, value in api.query.items() if name != key})
    assert answer.status_code == answer.json()["code"] == 400
    assert key in answer.json()["message"]


@pytest.mark.parametrize("location", ["Chennai", "Mumbai", "delhi"])
def test_functions_are_in_delhi_only(api: Api, location: str) -> None:
    answer = api.call("GET", "faas/functions/", query={**api.query, "location": location})
    assert answer.status_code == 400
    assert "Delhi" in answer.json()["message"]


@pytest.mark.parametrize("path", ["faas/functions", "faas/function/x", "nodes", "appliances/load-balancers/"])
def test_unknown_path(api: Api, path: str) -> None:
    answer = api.call("GET", path)
    assert answer.status_code == 404
    assert answer.json() == {"code": 404, "data": {}, "errors": {"detail": ["Not found."]}, "message": "Not found."}


def test_unknown_path_outside_the_api(api: Api) -> None:
    assert requests.get(f"{api.url}/else", timeout=10).json()["code"] == 404


@pytest.mark.parametrize("method, path", [("PATCH", "faas/functions/"), ("POST", "faas/function/x/"), ("POST", "faas/handler_file/x/")])
def test_wrong_verb(api: Api, method: str, path: str) -> None:
    answer = api.call(method, path)
    assert answer.status_code == answer.json()["code"] == 405


def test_functions_of_another_project_are_not_seen(api_factory: Callable[..., Api]) -> None:
    api = api_factory(project_id=["1", "2"])
    api.deploy("mine")
    api.query["project_id"] = "2"
    assert api.call("GET", "faas/functions/").json()["data"] == []
    assert api.call("GET", "faas/function/mine/").status_code == 404
