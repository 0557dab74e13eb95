# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which forms, paths and lists a server has: each can be switched off."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from emulator_api import CONTAINER, PYTHON_HELLO, WAIT_SECONDS, Api, body, packed

NOT_FOUND = {"code": 404, "data": {}, "errors": {"detail": ["Not found."]}, "message": "Not found."}


@pytest.fixture(scope="module")
def _servers(_emulators: Callable[..., Any]) -> Callable[..., Any]:
    return cache(lambda **options: _emulators(build_seconds=0, **options))


@pytest.fixture
def server(_servers: Callable[..., Any]) -> Callable[..., Api]:
    """An emulator with these options, empty."""

    def start(**options: Any) -> Api:
        process = _servers(**options)
        process.reset()
        return Api(process)

    return start


def names(api: Api) -> list[str]:
    return [one["name"] for one in api.listed().json()["data"]]


def test_both_forms_by_default(api: Api) -> None:
    assert (api.create("a", runtime=CONTAINER).status_code, api.create_zip("b").status_code) == (201, 200)
    assert names(api) == ["a", "b"]


def test_json_only(server: Callable[..., Api]) -> None:
    api = server(create_forms="json")
    api.create("a", runtime=CONTAINER)
    api.settled("a")
    for answer in (api.create_zip("f"), api.update_zip(1001)):
        assert answer.status_code == 415
        assert list(answer.json()) == ["detail"]
        assert answer.json()["detail"].startswith('Unsupported media type "multipart/form-data; boundary=')
        assert answer.json()["detail"].endswith('" in request.')
    assert names(api) == ["a"] and api.get("a")["version"] == 1


def test_zip_only(server: Callable[..., Api]) -> None:
    api = server(create_forms="zip")
    api.create_zip("a")
    api.settled("a")
    for answer in (api.create("f"), api.update("a"), api.call("PUT", "faas/function/1001/", json=body("x"))):
        assert answer.status_code == 415
        assert answer.json() == {"detail": 'Unsupported media type "application/json" in request.'}
    assert names(api) == ["a"] and api.get("a")["version"] == 1


def test_a_form_that_is_refused_by_its_fields(server: Callable[..., Api]) -> None:
    answer = server(create_forms="zip", form_refusal="fields").create("f")
    assert answer.status_code == answer.json()["code"] == 400
    assert answer.json()["message"] == "function_name, code_file: This field is required."
    answer = server(create_forms="json", form_refusal="fields").create_zip("f")
    assert answer.status_code == answer.json()["code"] == 400
    assert answer.json()["message"] == "function, code, requirements, node_type: This field is required."


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_other_media_types_where_only_the_zip_is_taken(server: Callable[..., Api], media_type: str) -> None:
    answer = server(create_forms="zip").call("POST", "faas/functions/", data="a=b", media_type=media_type)
    assert answer.status_code == 415 and f'"{media_type}"' in answer.json()["detail"]


@pytest.mark.parametrize("paths", ["both", "name"])
def test_by_name(server: Callable[..., Api], paths: str) -> None:
    api = server(function_paths=paths)
    api.create("f", runtime=CONTAINER)
    assert api.settled("f")["id"] == 1001
    assert api.update("f", memory=256).status_code == 200
    assert api.settled("f")["memory"] == 256
    answer = api.delete("f")
    assert (answer.status_code, answer.json()["data"], answer.json()["message"]) == (200, {}, "Function deleted successfully.")
    assert names(api) == []


@pytest.mark.parametrize("paths", ["both", "id"])
def test_by_id(server: Callable[..., Api], paths: str) -> None:
    api = server(function_paths=paths)
    api.create_zip("f")
    assert settled_in_the_list(api, "f")["id"] == 1001
    assert api.update_zip(1001, memory="256").json()["data"] == "Function sent to build"
    assert settled_in_the_list(api, "f")["memory"] == 256
    answer = api.delete_by_id(1001)
    assert answer.status_code == 200
    assert answer.json() == {"code": 200, "data": "f", "errors": {}, "message": "Success"}
    assert names(api) == []
    assert api.invoke("f").status_code == 404
    for answer in (api.delete_by_id(1001), api.update_zip(1001)):
        assert answer.status_code == answer.json()["code"] == 404


def settled_in_the_list(api: Api, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found: dict[str, Any] = next(one for one in api.listed().json()["data"] if one["name"] == name)
        if found["status"] in ("running", "failed"):
            return found
    raise AssertionError(f"{name} is still {found['status']}")


def test_names_lead_nowhere_where_ids_are_taken(server: Callable[..., Api]) -> None:
    api = server(function_paths="id")
    api.create("f", runtime=CONTAINER)
    settled_in_the_list(api, "f")
    refused = [
        api.call("GET", "faas/function/f/"),
        api.call("GET", "faas/function/1001/"),
        api.delete("f"),
        api.update("f"),
        api.update_zip("f"),
        api.call("GET", "faas/logs/f/", query={**api.query, "type": "function", "duration": "5"}),
    ]
    assert [answer.status_code for answer in refused] == [404] * 6
    assert all(answer.json()["code"] == 404 for answer in refused)
    assert refused[0].json() == refused[1].json() == refused[3].json() == NOT_FOUND
    assert settled_in_the_list(api, "f")["version"] == 1


def test_ids_lead_nowhere_where_names_are_taken(server: Callable[..., Api]) -> None:
    api = server(function_paths="name")
    api.create("f", runtime=CONTAINER)
    api.settled("f")
    refused = [api.call("GET", "faas/function/1001/"), api.delete_by_id(1001), api.call("GET", "faas/logs/1001/"), api.update_zip(1001)]
    assert [answer.status_code for answer in refused] == [404] * 4
    assert api.get("f")["version"] == 1
    # A form has a place there as well, by the name.
    assert api.update_zip("f").status_code == 200
    assert api.get("f")["version"] == 2


def test_a_server_of_2024_has_no_place_for_a_form(server: Callable[..., Api]) -> None:
    api = server(function_paths="name", create_forms="json")
    api.create("f", runtime=CONTAINER)
    api.settled("f")
    assert api.update_zip("f").status_code == 405


def test_a_read_is_by_name_only(api: Api) -> None:
    api.create_zip("f")
    assert api.call("GET", "faas/function/1001/").status_code == 404


def test_the_new_path_takes_the_older_body_and_the_name(api: Api) -> None:
    api.create_zip("f")
    api.settled("f")
    for reference in ("1001", "f"):
        answer = api.call("PUT", f"faas/function/{reference}/", json=body(PYTHON_HELLO, memory=256))
        assert answer.status_code == 200
        assert api.settled("f")["code"] == PYTHON_HELLO
    assert api.update_zip("f").status_code == 200
    assert api.settled("f")["version"] == 4


def test_the_older_path_takes_no_form(api: Api) -> None:
    api.create_zip("f")
    api.settled("f")
    answer = api.call("PUT", "faas/handler_file/f/", files={"memory": (None, "128"), "code_file": ("code.zip", packed())})
    assert answer.status_code == 415


def test_a_name_of_digits_comes_before_an_id(api: Api) -> None:
    assert api.create("first", runtime=CONTAINER).json()["data"]["id"] == 1001
    api.create("1001", runtime=CONTAINER)
    assert [api.settled(name)["id"] for name in ("first", "1001")] == [1001, 1002]
    assert api.call("DELETE", "faas/function/1001/").json()["message"] == "Function deleted successfully."
    assert names(api) == ["first"]
    assert api.delete_by_id(1001).json()["data"] == "first"


@pytest.mark.parametrize("reference", ["0", "-1", "01001", "1001.0", "9" * 30, "٣"])
def test_numbers_of_no_function(api: Api, reference: str) -> None:
    api.create_zip("f")
    api.settled("f")
    found = reference == "01001"
    assert api.update_zip(reference).status_code == (200 if found else 404)


def test_ids_of_another_project_are_not_seen(api_factory: Callable[..., Api]) -> None:
    api = api_factory(project_id=["1", "2"])
    api.create_zip("f")
    api.settled("f")
    api.query["project_id"] = "2"
    assert api.update_zip(1001).status_code == api.delete_by_id(1001).status_code == 404
    assert api.listed().json()["total_count"] == 0


def test_a_read_only_token_writes_no_form(api: Api) -> None:
    token = "emulator-read-only-token"
    refused = [
        api.call("POST", "faas/functions/", token=token, files={"function_name": (None, "f")}),
        api.call("PUT", "faas/function/1/", token=token, files={"memory": (None, "128")}),
        api.call("POST", "faas/namespace/", token=token),
        api.call("DELETE", "faas/namespace/", token=token),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_the_list_of_runtimes_may_be_missing(server: Callable[..., Api]) -> None:
    api = server(runtime_list="off")
    answer = api.call("GET", "faas/runtimes/")
    assert answer.status_code == 404 and answer.json() == NOT_FOUND
    assert api.create_zip("f").status_code == 200
