# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups: rules as a set, the whole of it sent, and what stays sent back unchanged."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_security_group, e2e_security_group_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    ANY,
    CREDENTIALS,
    MISSING,
    Answer,
    Run,
    ScriptedApi,
    Step,
    html,
    ok,
    refusal,
    run_module,
)

HTTPS = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}
SSH = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "10.0.0.0/24", "description": "office"}
OUT = {"rule_type": "Outbound"}

RAW_HTTPS = {
    "rule_type": "Inbound",
    "protocol_name": "Custom_TCP",
    "port_range": "443",
    "network": "any",
    "network_cidr": "--",
    "network_size": 1,
    "vpc_id": None,
}
RAW_HTTPS |= {"description": ""}
RAW_OUT = {**RAW_HTTPS, "rule_type": "Outbound", "protocol_name": "All", "port_range": "All"}
SENT_SSH = {**SSH, "network": "manual", "network_cidr": "10.0.0.0/24", "network_size": 256}
SENT_HTTPS = {**HTTPS, "network": "any", "description": ""}
SENT_OUT = {"rule_type": "Outbound", "protocol_name": "All", "port_range": "All", "network": "any", "description": ""}


def group(*rules: dict[str, t.Any], **fields: t.Any) -> dict[str, t.Any]:
    read = [{**rule, "id": number, "is_active": True, "deleted": False, "security_group": 7} for number, rule in enumerate(rules, 1)]
    return {"id": 7, "name": "web", "description": "Web", "is_default": False, "is_all_traffic_rule": False, "rules": read, **fields}


def listing(*groups: dict[str, t.Any]) -> Step:
    return Step("GET", "security_group/", ok(list(groups)), None)


def post(answer: Answer = ok({"id": 7}), body: t.Any = ANY) -> Step:
    return Step("POST", "security_group/", answer, body)


def put(body: t.Any) -> Step:
    return Step("PUT", "security_group/7/", ok("updated"), body)


def mark_default() -> Step:
    return Step("POST", "security_group/7/mark-default/", ok(), None)


def delete(answer: Answer = ok({"name": "web"})) -> Step:
    return Step("DELETE", "security_group/7/", answer, None)


def run(check: bool = False, **args: t.Any) -> Run:
    return run_module(e2e_security_group, {**CREDENTIALS, "name": "web", **args}, check=check)


@pytest.mark.parametrize("answer", [ok({"id": 7}), ok({"id": None, "label_id": "x"}), ok("created")])
def test_create_with_or_without_an_id_in_the_answer(api: ScriptedApi, answer: Answer) -> None:
    wanted = {"description": "Web", "rules": [SSH, HTTPS, OUT, HTTPS]}
    api.expect(listing())
    predicted = run(check=True, **wanted)
    body = {"name": "web", "description": "Web", "rules": [SENT_SSH, SENT_HTTPS, SENT_OUT]}
    api.expect(listing(), post(answer, body), listing(group(RAW_OUT, RAW_HTTPS, SENT_SSH)))
    real = run(**wanted)
    assert predicted["diff"] == real["diff"]
    assert real["diff"][0]["after"] == (
        "default: False\ndescription: Web\nname: web\nrules:\n"
        "  - Inbound Custom_TCP 22 from 10.0.0.0/24 (office)\n  - Inbound Custom_TCP 443 from any\n  - Outbound All to any\nstate: present\n"
    )
    assert real["security_group"] == {**predicted["security_group"], "id": 7}


def test_the_order_and_spelling_of_rules_are_no_change(api: ScriptedApi) -> None:
    api.expect(listing(group(RAW_OUT, {**RAW_HTTPS, "rule_type": "INBOUND", "network_cidr": None}, SENT_SSH)))
    assert run(rules=[SSH, OUT, HTTPS])["changed"] is False


def test_a_rule_more_sends_the_whole_set_and_shows_one_line(api: ScriptedApi) -> None:
    body = {"name": "web", "description": "Web", "rules": [SENT_SSH, RAW_HTTPS]}
    api.expect(listing(group(RAW_HTTPS)), put(body), listing(group(RAW_HTTPS, SENT_SSH)))
    changed = run(rules=[HTTPS, SSH])
    assert changed["actions"] == ["updated security group web: changes rules"]
    before, after = changed["diff"][0]["before"].splitlines(), changed["diff"][0]["after"].splitlines()
    assert set(after) - set(before) == {"  - Inbound Custom_TCP 22 from 10.0.0.0/24 (office)"}
    assert set(before) <= set(after)


def test_what_is_left_out_stays_and_empty_clears(api: ScriptedApi) -> None:
    api.expect(listing(group(RAW_HTTPS)), put({"name": "web", "description": "", "rules": [RAW_HTTPS]}), listing(group(RAW_HTTPS, description="")))
    assert run(description="")["actions"] == ["updated security group web: changes description"]
    api.expect(listing(group(RAW_HTTPS)), put({"name": "web", "description": "Web", "rules": []}), listing(group()))
    assert run(rules=[])["security_group"]["rules"] == []
    api.expect(listing(group(RAW_HTTPS)))
    assert run()["changed"] is False


def test_rename_by_id(api: ScriptedApi) -> None:
    body = {"name": "www", "description": "Web", "rules": [RAW_HTTPS]}
    api.expect(listing(group(RAW_HTTPS), group(id=8)), put(body), listing(group(RAW_HTTPS, name="www")))
    assert run(name="www", security_group_id=7)["security_group"]["name"] == "www"
    api.expect(listing())
    assert "no security group with the id 7" in run(name="www", security_group_id=7).msg


def test_the_default_group(api: ScriptedApi) -> None:
    api.expect(listing(group()), mark_default(), listing(group(is_default=True)))
    assert run(default=True)["actions"] == ["updated security group web: changes default"]
    for check in (True, False):
        for args in ({"default": False}, {"state": "absent"}):
            api.expect(listing(group(is_default=True)))
            refused = run(check=check, **args)
            assert (refused.code, "default: true" in refused.msg) == ("invalid_input", True)


def test_two_groups_of_one_name(api: ScriptedApi) -> None:
    api.expect(listing(group(id=12), group(id=11)))
    refused = run()
    assert (refused.code, "11, 12" in refused.msg) == ("ambiguous", True)


def test_a_create_whose_answer_is_lost_is_adopted(api: ScriptedApi) -> None:
    api.expect(listing(), post(html(504)), listing(), listing(), listing(group()), listing(group()))
    outcome = run(description="Web")
    assert len(api.writes) == 1
    assert "it took effect" in outcome.warnings[0]


def test_a_create_that_may_have_happened_is_not_sent_again(api: ScriptedApi) -> None:
    api.expect(listing(), post(html(504)), *[listing()] * 5)
    outcome = run()
    assert len(api.writes) == 1
    assert outcome["error"] == {"code": "protocol", "http_status": 504, "outcome_known": False}
    assert "did not show up in 5 looks" in outcome.msg


def test_absent(api: ScriptedApi) -> None:
    api.expect(listing(group()), delete(), listing())
    assert run(state="absent")["changed"] is True
    api.expect(listing())
    assert run(state="absent")["changed"] is False
    api.expect(listing(group()), delete(MISSING), listing())
    assert run(state="absent")["changed"] is True
    api.expect(listing(group()), delete(refusal(412, "attached to 2 nodes")), listing(group()))
    refused = run(state="absent")
    assert (refused.code, "attached to 2 nodes" in refused.msg) == ("refused", True)


@pytest.mark.parametrize("ports", ["", " ", "--", "- -", None])
@pytest.mark.parametrize("protocol", ["Custom_TCP", "Custom_UDP"])
def test_a_blank_port_range_never_opens_all_ports(api: ScriptedApi, protocol: str, ports: str | None) -> None:
    refused = run(rules=[{"rule_type": "Inbound", "protocol_name": protocol, "port_range": ports}])
    assert (refused.code, f"rule 1: {protocol} needs port_range" in refused.msg) == ("invalid_input", True)


@pytest.mark.parametrize(("given", "sent"), [("Web servers\n", "Web servers"), ("web ", "web"), ("none", "none"), ("null", "null"), ("--", ""), (" -- ", "")])
def test_a_description_reads_back_as_it_was_sent(api: ScriptedApi, given: str, sent: str) -> None:
    wanted = {"description": given, "rules": [{**OUT, "description": given}]}
    rule = {**RAW_OUT, "description": sent}
    api.expect(listing(), post(body={"name": "web", "description": sent, "rules": [{**SENT_OUT, "description": sent}]}), listing(group(rule, description=sent)))
    assert run(**wanted)["security_group"]["description"] == sent
    # The API may keep the space, and has a text of its own for nothing.
    for kept in (sent, f"{sent} ", sent or "--", *([] if sent else [None])):
        api.expect(listing(group({**RAW_OUT, "description": kept}, description=kept)))
        assert run(**wanted)["changed"] is False


def test_a_description_that_is_left_out_is_sent_back(api: ScriptedApi) -> None:
    api.expect(listing(group(RAW_OUT, description="none")), put({"name": "web", "description": "none", "rules": []}), listing(group(description="none")))
    assert run(rules=[])["changed"] is True


def refused_default() -> Step:
    return Step("POST", "security_group/7/mark-default/", refusal(412, "Not now"), None)


def test_a_change_that_ends_half_way_says_how_far_it_came(api: ScriptedApi) -> None:
    api.expect(listing(group()), put(ANY), refused_default(), *[listing(group(RAW_OUT))] * 2)
    refused = run(rules=[OUT], default=True)
    assert (refused.code, refused["changed"], refused["actions"]) == ("refused", True, ["changed rules of security group web"])
    assert refused["security_group"]["rules"] == [SENT_OUT]
    # The answer to the first half was lost, and a look shows it.
    lost = Step("PUT", "security_group/7/", html(502), ANY)
    api.expect(listing(group()), *[lost] * 5, listing(group(RAW_OUT)), refused_default(), *[listing(group(RAW_OUT))] * 2)
    assert run(rules=[OUT], default=True)["actions"] == ["changed rules of security group web"]
    # Nothing of it was done.
    api.expect(listing(group()), Step("PUT", "security_group/7/", refusal(412, "Not now"), ANY), listing(group()))
    refused = run(rules=[OUT], default=True)
    assert (refused["changed"], refused["actions"]) == (False, [])


def test_info(api: ScriptedApi) -> None:
    api.expect(listing(group(RAW_HTTPS), group(id=3, name="a", description=None, rules=None)))
    found = run_module(e2e_security_group_info, {**CREDENTIALS, "names": ["a", "b"]})
    assert found["security_groups"] == [{"id": 3, "name": "a", "description": "", "is_default": False, "rules": None}]
    assert found["missing"] == ["b"]


@pytest.mark.parametrize("check", [True, False])
def test_rules_that_are_not_told_are_not_taken_away(api: ScriptedApi, check: bool) -> None:
    untold = listing(group(rules=None))
    api.expect(untold)
    refused = run(check, description="new")
    assert (refused.code, refused["changed"]) == ("invalid_input", False)
    assert "rules: the API does not tell those of the security group web, and a change of description sends all of them." in refused.msg
    api.expect(untold, *([] if check else [mark_default(), listing(group(rules=None, is_default=True))]))
    assert run(check, default=True)["security_group"]["rules"] is None
    api.expect(untold, *([] if check else [put(ANY), listing(group(RAW_OUT, description="new"))]))
    assert run(check, description="new", rules=[OUT])["security_group"]["description"] == "new"
