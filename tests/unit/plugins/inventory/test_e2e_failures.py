# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of the nodes is never an inventory, and no failure shows a secret."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    API_KEY,
    AUTH_TOKEN,
    EMPTY,
    MISSING,
    Answer,
    Reply,
    ScriptedApi,
    html,
    refusal,
    refused,
    reset,
    timed_out,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.conftest import Reader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.nodes import detail, detailed, listed, listing, page

FAILURES: dict[str, Answer] = {
    "server error": refusal(500, "boom"),
    "html": html(502),
    "empty": EMPTY,
    "cut": Reply(200, b'{"code": 200, "data": [{"id"'),
    "no list": Reply(200, b'{"code": 200, "data": {"nodes": 1}}'),
    "no id": page([{"name": "web"}]),
    "failure under 200": Reply(200, json.dumps({"code": 412, "message": f"no /?apikey={API_KEY}"}).encode()),
    "wrong token": Reply(401, b'{"detail": "Invalid token"}'),
    "other project": Reply(400, b'{"status_code": 400, "message": "no such project"}'),
    "missing": MISSING,
    "too many": Reply(429, b'{"status_code": 429, "errors": "slow down"}'),
    "reset": reset(),
    "timeout": timed_out(),
    "refused": refused(),
}

# One call after the other, so that it is certain what was asked for before the failure.
ONE_TRY = {"concurrency": 1, "api_retries": 0}

every_failure = pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())


@every_failure
def test_one_location_that_fails(api: ScriptedApi, reader: Reader, answer: Answer) -> None:
    api.expect(listing(listed(), location="Delhi"), listing(answer=answer, location="Chennai"))
    assert "nodes/" in reader.refuse({"locations": ["Delhi", "Chennai"], **ONE_TRY})


@every_failure
def test_one_project_that_fails(api: ScriptedApi, reader: Reader, answer: Answer) -> None:
    api.expect(listing(listed(), project_id="42"), listing(answer=answer, project_id="43"))
    assert "nodes/" in reader.refuse({"projects": ["42", "43"], **ONE_TRY})


@every_failure
def test_one_page_that_fails(api: ScriptedApi, reader: Reader, answer: Answer) -> None:
    first = page([listed(index, f"n{index}") for index in range(1, 101)], 101, 2)
    # Pages that contradict the totals of the first are read again, as a list that moves.
    again = [listing(answer=first), listing(answer=answer, number=2)] * (3 if answer is FAILURES["no id"] else 1)
    api.expect(*again)
    assert "nodes/" in reader.refuse(ONE_TRY)


@pytest.mark.parametrize("answer", [answer for name, answer in FAILURES.items() if name not in ("missing", "no list")])
def test_the_details_of_one_node_fail(api: ScriptedApi, reader: Reader, answer: Answer) -> None:
    api.expect(listing(listed(1, "a"), listed(2, "b")), detail(detailed(1, "a")), detail(answer=answer, identifier=2))
    assert "nodes/2/" in reader.refuse({"fetch_details": "always", **ONE_TRY})


def test_what_passes_is_tried_again(api: ScriptedApi, reader: Reader) -> None:
    api.expect(listing(answer=html(502)), listing(answer=timed_out()), listing(answer=refusal(429, "slow", **{"Retry-After": "7"})), listing(listed()))
    assert list(reader.read({}).hosts) == ["web"]
    assert len(reader.slept) == 3
    assert reader.slept[2] == 7


def test_a_list_that_moves_is_read_again(api: ScriptedApi, reader: Reader) -> None:
    nodes = [listed(index, f"n{index:03}") for index in range(1, 102)]
    # The first node is deleted after the first page, so that the last one moves onto a page that was read already.
    api.expect(
        listing(answer=page(nodes[:100], 101, 2)),
        listing(answer=page([], 100, 1), number=2),
        listing(answer=page(nodes[1:], 100, 1)),
    )
    assert list(reader.read({}).hosts) == [node["name"] for node in nodes[1:]]


LITERAL = """
plugin: e2enetworks.cloud.e2e
api_key: {key}
auth_token: {token}
{more}
"""


@pytest.mark.parametrize(
    "more",
    [
        "compose: {x: nothing_of_that_name}\nstrict: true",
        "groups: {x: nothing_of_that_name}\nstrict: true",
        "hostnames: [nothing_of_that_name]\nstrict: true",
        'compose: {x: "\'a\' | no_such_filter"}\nstrict: true',
    ],
)
def test_credentials_in_the_file_are_not_shown_with_an_error(api: ScriptedApi, reader: Reader, more: str) -> None:
    api.expect(listing(listed()))
    reader.refuse(LITERAL.format(key=json.dumps(API_KEY), token=json.dumps(AUTH_TOKEN), more=more))


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ("concurrency: 0", "concurrency"),
        ("concurrency: many", "concurrency"),
        ("api_timeout: 0", "api_timeout"),
        ("ca_path: /nowhere/at/all", "ca_path"),
        ("projects: [web]", "project_id"),
        ("projects: 0", "project_id"),
        ("projects: {web: 42}", "projects"),
        ("locations: [{Delhi: 42}]", "locations"),
        ("host_address: both", "host_address"),
        ("hostnames: ['{{ e2e_name']", "hostnames"),
        ("profile: '{{ nothing_of_that_name }}'", "profile"),
        ("api_endpoint: nowhere", "api_endpoint"),
    ],
)
def test_bad_options_send_nothing(api: ScriptedApi, reader: Reader, more: str, word: str) -> None:
    assert word in reader.refuse(LITERAL.format(key=json.dumps(API_KEY), token=json.dumps(AUTH_TOKEN), more=more))
    assert api.sent == []


@pytest.mark.parametrize("name", ["api_key", "auth_token", "project_id", "location", "api_endpoint", "profile"])
@pytest.mark.parametrize("value", ["{{ lookup('ansible.builtin.env', 'PARTNER') }}", " ", None])
def test_what_is_given_and_empty_is_not_taken_from_the_environment(api: ScriptedApi, reader: Reader, name: str, value: str | None) -> None:
    assert f"{name} is given in the file, but empty" in reader.refuse({name: value})
    assert api.sent == []


def test_a_variable_that_is_not_set_can_be_told_from_an_empty_one(api: ScriptedApi, reader: Reader) -> None:
    message = reader.refuse({"api_key": "{{ lookup('ansible.builtin.env', 'PARTNER_API_KEY', default=undef()) }}"})
    assert "The template of api_key" in message and "PARTNER_API_KEY" in message
    assert api.sent == []


def test_missing_credentials_are_named(api: ScriptedApi, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("E2E_API_KEY", "E2E_PROJECT_ID"):
        monkeypatch.setenv(name, " ")
    message = reader.refuse({})
    assert "E2E_API_KEY" in message
    assert "E2E_PROJECT_ID" in message


def test_a_defect_is_one_line_without_secrets(api: ScriptedApi, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*unused: t.Any) -> t.NoReturn:
        raise RuntimeError(f"https://api.example.test/?apikey={API_KEY}")

    module = __import__(type(reader.plugin()).__module__, fromlist=["InventoryModule"])
    monkeypatch.setattr(module, "read_records", fails)
    message = reader.refuse({})
    assert "RuntimeError" in message
    assert "report" in message
