# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import DEFAULT_ENDPOINT, ENVIRONMENT, Credentials, resolve_credentials

OPTIONS = {"api_key": "option-key", "auth_token": "option-token", "project_id": "1", "location": "Delhi"}
E2ECTL = {
    "profiles": {
        "work": {"api_key": "work-key", "auth_token": "work-token", "default_project_id": "10", "default_location": "Chennai"},
        "home": {"api_key": "home-key", "auth_token": "home-token", "default_project_id": 20, "default_location": "Delhi"},
        "bare": {"api_key": "bare-key", "auth_token": "bare-token"},
    },
    "default": "work",
}
E2E_CLI = {
    "old": {"api_key": "old-key", "api_auth_token": "old-token"},
    "older": {"api_key": "older-key", "api_auth_token": "older-token"},
    "default": {"api_key": "old", "api_auth_token": "old", "project_id": "30", "location": "Mumbai"},
}


def put(home: pathlib.Path, folder: str, document: t.Any) -> None:
    path = home / folder / "config.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))


def shown(credentials: Credentials) -> tuple[str, str, str, str]:
    return credentials.api_key, credentials.auth_token, credentials.project_id, credentials.location


def test_options_are_enough(tmp_path: pathlib.Path) -> None:
    put(tmp_path, ".e2e", "not even JSON, and not read")
    found = resolve_credentials(OPTIONS, {}, tmp_path)
    assert shown(found) == ("option-key", "option-token", "1", "Delhi")
    assert found.api_endpoint == DEFAULT_ENDPOINT


@pytest.mark.parametrize(("name", "variables"), ENVIRONMENT.items())
def test_option_then_each_variable_in_order(tmp_path: pathlib.Path, name: str, variables: tuple[str, ...]) -> None:
    value = {"project_id": "7", "api_endpoint": "https://a.example.test/v1/"}.get(name, "wanted")
    others = {key: item for key, item in OPTIONS.items() if key != name}
    for position, variable in enumerate(variables):
        # An empty variable counts as unset, and a later one must not win.
        environ = {**dict.fromkeys(variables[:position], " "), variable: value, **dict.fromkeys(variables[position + 1 :], "9")}
        assert getattr(resolve_credentials(others, environ, tmp_path), name) == value
    option = {**others, name: value}
    assert getattr(resolve_credentials(option, dict.fromkeys(variables, "9"), tmp_path), name) == value


def test_the_variables_are_those_of_the_vendors_tools() -> None:
    assert ENVIRONMENT["api_key"] == ("E2E_API_KEY", "SERVICE_API_KEY")
    assert ENVIRONMENT["auth_token"] == ("E2E_AUTH_TOKEN", "SERVICE_AUTH_TOKEN")
    assert ENVIRONMENT["location"] == ("E2E_LOCATION", "E2E_REGION")
    assert ENVIRONMENT["api_endpoint"] == ("E2E_API_ENDPOINT", "SERVICE_API_ENDPOINT")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (None, ("work-key", "work-token", "10", "Chennai")),
        ("home", ("home-key", "home-token", "20", "Delhi")),
        ("old", ("old-key", "old-token", "30", "Mumbai")),
        ("older", ("older-key", "older-token", "30", "Mumbai")),
        ("default", ("old-key", "old-token", "30", "Mumbai")),
    ],
)
def test_profiles_of_both_files(tmp_path: pathlib.Path, profile: str | None, expected: tuple[str, ...]) -> None:
    put(tmp_path, ".e2e", E2ECTL)
    put(tmp_path, ".E2E_CLI", E2E_CLI)
    assert shown(resolve_credentials({"profile": profile}, {}, tmp_path)) == expected


def test_one_file_alone(tmp_path: pathlib.Path) -> None:
    put(tmp_path, ".E2E_CLI", E2E_CLI)
    assert shown(resolve_credentials({}, {}, tmp_path)) == ("old-key", "old-token", "30", "Mumbai")


def test_options_and_variables_win_over_a_profile_value_by_value(tmp_path: pathlib.Path) -> None:
    put(tmp_path, ".e2e", E2ECTL)
    found = resolve_credentials({"profile": "home", "location": "Chennai"}, {"E2E_PROJECT_ID": "5", "E2E_API_KEY": ""}, tmp_path)
    assert shown(found) == ("home-key", "home-token", "5", "Chennai")
    assert shown(resolve_credentials({"profile": "bare", **OPTIONS}, {}, tmp_path)) == ("option-key", "option-token", "1", "Delhi")


def test_an_unknown_profile_names_those_that_exist(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no profile 'x' in .*Profiles found: none\.") as raised:
        resolve_credentials({**OPTIONS, "profile": "x"}, {}, tmp_path)
    put(tmp_path, ".e2e", E2ECTL)
    put(tmp_path, ".E2E_CLI", E2E_CLI)
    with pytest.raises(ConfigurationError, match=r"Profiles found: bare, home, old, older, work\.") as raised:
        resolve_credentials({"profile": "x"}, {}, tmp_path)
    assert "key" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not valid JSON"),
        ("[]", "it does not hold a JSON object"),
        ("\udcff", "it is not valid JSON"),
    ],
)
@pytest.mark.parametrize("folder", [".e2e", ".E2E_CLI"])
def test_broken_files(tmp_path: pathlib.Path, folder: str, text: str, said: str) -> None:
    path = tmp_path / folder / "config.json"
    path.parent.mkdir()
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigurationError) as raised:
        resolve_credentials({}, {}, tmp_path)
    assert str(raised.value) == f"Cannot read the config file {path}: {said}."
    assert raised.value.__cause__ is None


def test_a_file_that_is_a_directory(tmp_path: pathlib.Path) -> None:
    (tmp_path / ".e2e" / "config.json").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="Is a directory"):
        resolve_credentials({}, {}, tmp_path)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"profiles": [], "default": "work"},
        {"profiles": {"work": "text"}, "default": "work"},
        {"profiles": {}, "default": 3},
        {"profiles": {"work": {"api_key": " "}}, "default": "work"},
    ],
)
def test_files_with_nothing_to_use_count_as_absent(tmp_path: pathlib.Path, document: dict[str, t.Any]) -> None:
    put(tmp_path, ".e2e", document)
    put(tmp_path, ".E2E_CLI", {"default": {"api_key": "nobody"}})
    with pytest.raises(ConfigurationError, match="^Missing: api_key, auth_token, project_id, location"):
        resolve_credentials({}, {}, tmp_path)


def test_one_message_names_all_that_is_missing_and_every_way(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        resolve_credentials({"auth_token": "x"}, {"E2E_LOCATION": "Delhi"}, tmp_path)
    text = str(raised.value)
    assert text.startswith("Missing: api_key, project_id. ")
    for way in ("module_defaults", "E2E_API_KEY or SERVICE_API_KEY, E2E_PROJECT_ID", "~/.e2e/config.json", "~/.E2E_CLI/config.json"):
        assert way in text
    assert "E2E_LOCATION" not in text
    assert "\n" not in text


@pytest.mark.parametrize("project", ["0", "-1", "007", "1.0", "abc", "1 2"])
def test_projects_that_cannot_be(tmp_path: pathlib.Path, project: str) -> None:
    with pytest.raises(ConfigurationError, match="project_id must be a positive whole number"):
        resolve_credentials({**OPTIONS, "project_id": project}, {}, tmp_path)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "dots\u2026"])
def test_tokens_that_cannot_be_sent(tmp_path: pathlib.Path, token: str) -> None:
    with pytest.raises(ConfigurationError, match="auth_token holds") as raised:
        resolve_credentials({**OPTIONS, "auth_token": token}, {}, tmp_path)
    assert token not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://a.example.test/myaccount/api/v1", "https://a.example.test/myaccount/api/v1/"),
        ("https://a.example.test/myaccount/", "https://a.example.test/myaccount/api/v1/"),
        ("https://a.example.test/myaccount", "https://a.example.test/myaccount/api/v1/"),
        ("http://127.0.0.1:8480/x/", "http://127.0.0.1:8480/x/"),
    ],
)
def test_endpoints(tmp_path: pathlib.Path, given: str, used: str) -> None:
    assert resolve_credentials({**OPTIONS, "api_endpoint": given}, {}, tmp_path).api_endpoint == used


@pytest.mark.parametrize(
    "endpoint", ["a.example.test", "ftp://a.example.test/", "https://", "https://a.example.test/?apikey=1", "https://a.example.test/#x"]
)
def test_endpoints_that_cannot_be(tmp_path: pathlib.Path, endpoint: str) -> None:
    with pytest.raises(ConfigurationError, match="api_endpoint must be an http or https URL"):
        resolve_credentials({**OPTIONS, "api_endpoint": endpoint}, {}, tmp_path)


@pytest.mark.parametrize(
    ("endpoint", "plain"),
    [
        ("https://a.example.test/", False),
        ("http://a.example.test/", True),
        ("http://127.0.0.1:1/", False),
        ("http://localhost/", False),
        ("http://[::1]:80/", False),
        ("http://127.0.0.1.example.test/", True),
    ],
)
def test_plain_http_is_fine_only_on_this_machine(endpoint: str, plain: bool) -> None:
    assert Credentials("k", "t", "1", "Delhi", endpoint).is_plain_http is plain


def test_nothing_secret_in_a_representation() -> None:
    assert (
        repr(Credentials("my-key", "my-token", "1", "Delhi")) == f"Credentials(project_id='1', location='Delhi', api_endpoint='{DEFAULT_ENDPOINT}')"
    )
