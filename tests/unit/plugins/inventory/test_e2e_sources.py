# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an inventory comes from: the file, its credentials, and the cache."""

from __future__ import annotations

import os
import pathlib
import re
import typing as t

import pytest
import requests
from ansible.errors import AnsibleParserError
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, AUTH_TOKEN, CREDENTIALS, Answer, ScriptedApi, html, refusal, together
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.conftest import PLUGIN, Reader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.nodes import detail, detailed, listed, listing, page


@pytest.mark.parametrize("name", ["e2e.yml", "e2e.yaml", "production.e2e.yml", "a.b.e2e.yaml", "e2e_nodes.yml", "e2e_nodes.yaml"])
def test_the_names_of_its_files(reader: Reader, name: str) -> None:
    assert reader.accepts(reader.write({}, name))
    assert reader.warnings == []


@pytest.mark.parametrize("name", ["hosts.yml", "my-e2e.yml", "e2e_nodes.prod.yml", "xe2e_nodes.yml", ".e2e.yml.yml"])
def test_another_name_is_refused_with_the_rule(reader: Reader, name: str) -> None:
    assert not reader.accepts(reader.write({}, name))
    (warning,) = reader.warnings
    assert "e2e.yml" in warning
    assert "e2e_nodes.yml" in warning


@pytest.mark.parametrize(("name", "text"), [("hosts.yml", "all: {}"), ("hosts.ini", f"plugin: {PLUGIN}"), ("hosts.yml", f"# plugin: {PLUGIN}")])
def test_files_of_others_are_refused_in_silence(reader: Reader, name: str, text: str) -> None:
    assert not reader.accepts(reader.write(text, name))
    assert not reader.accepts(reader.directory / "missing.e2e.yml")
    assert reader.warnings == []


def test_an_option_wins_over_the_environment(api: ScriptedApi, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CREDENTIALS:
        monkeypatch.setenv(f"E2E_{name.upper()}", "123")
    api.expect(listing(listed()))
    assert list(reader.read(CREDENTIALS).hosts) == ["web"]


def test_empty_environment_variables_are_unset(api: ScriptedApi, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_API_KEY", "")
    monkeypatch.setenv("SERVICE_API_KEY", API_KEY)
    monkeypatch.setenv("E2E_LOCATION", "")
    monkeypatch.setenv("E2E_REGION", "Delhi")
    api.expect(listing(listed()))
    assert list(reader.read({}).hosts) == ["web"]


def test_credentials_and_context_may_be_templates(api: ScriptedApi, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CREDENTIALS:
        monkeypatch.setenv(f"E2E_{name.upper()}", "")
    monkeypatch.setenv("MY_KEY", API_KEY)
    reader.extra_vars = {"my_token": AUTH_TOKEN, "my_projects": [42], "my_endpoint": CREDENTIALS["api_endpoint"]}
    options = {
        "api_key": "{{ lookup('ansible.builtin.env', 'MY_KEY') }}",
        "auth_token": "{{ my_token }}",
        "projects": "{{ my_projects }}",
        "locations": ["{{ 'Delhi' }}", "{{ lookup('ansible.builtin.env', 'NOT_SET') }}"],
        "api_endpoint": "{{ my_endpoint }}",
    }
    api.expect(listing(listed()))
    assert list(reader.read(options).hosts) == ["web"]


@pytest.mark.parametrize("projects", [42, "42", [42], ["42"], " 42, 42 ", "{{ my_project }}", "{{ [my_project, 42] }}", ["{{ my_project }},"], [], None, ""])
def test_projects_in_every_form(api: ScriptedApi, reader: Reader, projects: t.Any) -> None:
    reader.extra_vars = {"my_project": 42}
    api.expect(listing(listed(), project_id="42"))
    assert list(reader.read({"projects": projects}).hosts) == ["web"]


@pytest.mark.parametrize("locations", ["Delhi,Chennai", ["Delhi", "Chennai"], "{{ ['Delhi', 'Chennai'] }}", ["Delhi, Chennai", ""]])
def test_locations_in_every_form(api: ScriptedApi, reader: Reader, locations: t.Any) -> None:
    api.expect(together(listing(listed(1, "a"), location="Delhi"), listing(listed(2, "b"), location="Chennai")))
    assert sorted(reader.read({"locations": locations}).hosts) == ["a", "b"]


@pytest.fixture
def cached(tmp_path: pathlib.Path) -> dict[str, t.Any]:
    return {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}


def test_a_run_from_the_cache_sends_nothing(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    options = {**cached, "labels": ["web"], "keyed_groups": [{"key": "e2e_label"}]}
    api.expect(listing(listed()), detail(detailed()))
    first = reader.read(options)
    api.expect()
    # What is only made from the answers may change without another call.
    second = reader.read({**options, "variable_prefix": "x_", "hostnames": ["x_id"], "keyed_groups": [{"key": "x_label", "prefix": "is"}]})
    assert second.hosts["7"].vars["x_label"] == first.hosts["web"].vars["e2e_label"] == "web"
    assert "is_web" in second.groups


def test_a_run_from_the_cache_needs_the_credentials(
    api: ScriptedApi, reader: Reader, cached: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    monkeypatch.setenv("E2E_API_KEY", "")
    assert "E2E_API_KEY" in reader.refuse(cached)


def test_an_entry_whose_time_is_over_is_not_used_when_the_api_is_down(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    grow_old(cached)
    api.expect(listing(answer=refusal(500, "broken")))
    assert "nodes/" in reader.refuse({**cached, **EXPIRED, "use_expired_cache": False})


def grow_old(cached: dict[str, t.Any]) -> None:
    for path in pathlib.Path(cached["cache_connection"]).rglob("*"):
        os.utime(path, (0, 0))


EXPIRED = {"cache_timeout": 600, "api_retries": 0, "use_expired_cache": True}


@pytest.mark.parametrize(
    "failure",
    [requests.exceptions.ConnectionError("no route"), requests.exceptions.ReadTimeout()]
    + [refusal(500, "broken"), refusal(429, "slow down"), html(502), html(200)],
)
def test_an_expired_entry_is_used_when_the_api_gives_no_answer_and_the_file_allows_it(
    api: ScriptedApi, reader: Reader, cached: dict[str, t.Any], failure: Answer
) -> None:
    api.expect(listing(listed()))
    first = reader.read({**cached, **EXPIRED})
    grow_old(cached)
    api.expect(listing(answer=failure))
    second = reader.read({**cached, **EXPIRED})
    (warning,) = reader.warnings
    assert "nodes/" in warning
    assert re.search(r"is of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\+00:00, from the cache", warning)
    assert second.hosts["web"].vars == first.hosts["web"].vars
    # It stays expired: the next run asks again, and then keeps the new answer.
    api.expect(listing(listed(name="db")))
    assert list(reader.read({**cached, **EXPIRED}).hosts) == ["db"]
    api.expect()
    assert list(reader.read({**cached, **EXPIRED}).hosts) == ["db"]


@pytest.mark.parametrize("failure", [refusal(401, "no"), refusal(403, "no"), html(404), page([listed()], total=9)])
def test_an_expired_entry_is_not_used_when_the_api_says_something(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any], failure: Answer) -> None:
    api.expect(listing(listed()))
    reader.read({**cached, **EXPIRED})
    grow_old(cached)
    answers = 3 if failure == page([listed()], total=9) else 1
    api.expect(*[listing(answer=failure)] * answers)
    assert "nodes/" in reader.refuse({**cached, **EXPIRED})


def test_an_expired_entry_is_not_used_when_it_shall_be_read_again(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read({**cached, **EXPIRED})
    api.expect(listing(answer=refusal(500, "broken")))
    with pytest.raises(AnsibleParserError):
        reader.read({**cached, **EXPIRED}, cache=False)


def test_without_any_entry_there_is_nothing_to_go_on_with(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(answer=refusal(500, "broken")))
    assert "nodes/" in reader.refuse({**cached, **EXPIRED})


def test_nothing_in_the_cache_is_a_secret(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()), detail(detailed()))
    reader.read({**cached, "fetch_details": "always"})
    files = [path for path in pathlib.Path(cached["cache_connection"]).rglob("*") if path.is_file()]
    assert files
    reader.search(*(str(path) for path in files), *(path.read_text(encoding="utf-8") for path in files))
    assert not any("ssh-ed25519" in path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize(
    "change",
    [
        {"project_id": "43"},
        {"locations": ["Chennai"]},
        {"statuses": ["running"]},
        {"labels": ["web"]},
        {"compose": {"x": "e2e_label"}},
        {"api_key": "another-account"},
        {"api_endpoint": "https://other.example.test/myaccount/api/v1/"},
    ],
)
def test_what_was_read_differently_is_not_taken_from_the_cache(
    api: ScriptedApi, reader: Reader, cached: dict[str, t.Any], change: dict[str, t.Any]
) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    api.expect()
    with pytest.raises(pytest.fail.Exception):
        reader.read({**cached, **change})


def test_refreshing_reads_again(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    api.expect(listing(listed(name="db")))
    assert list(reader.read(cached, cache=False).hosts) == ["db"]
    api.expect()
    assert list(reader.read(cached).hosts) == ["db"]


def test_a_failed_run_leaves_the_cache_as_it_was(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    api.expect(listing(answer=html(404)))
    with pytest.raises(AnsibleParserError):
        reader.read(cached, cache=False)
    api.expect()
    assert list(reader.read(cached).hosts) == ["web"]


def test_an_entry_of_another_version_is_read_again(api: ScriptedApi, reader: Reader, cached: dict[str, t.Any]) -> None:
    api.expect(listing(listed()))
    reader.read(cached)
    for path in pathlib.Path(cached["cache_connection"]).rglob("*"):
        if path.is_file():
            path.write_text('{"format": 0, "nodes": "?"}', encoding="utf-8")
    api.expect(listing(listed()))
    assert list(reader.read(cached).hosts) == ["web"]
