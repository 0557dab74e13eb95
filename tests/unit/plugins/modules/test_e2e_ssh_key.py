# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys: what a run sends and says, and what it never repeats."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import is_public_key, key_fingerprint
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_ssh_key, e2e_ssh_key_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
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

DATA = "AAAAC3NzaC1lZDI1NTE5AAAAIGtpK8iCjxLmbm2Y0yKu8XpT5w9CkmNX0zYl0v2c7Cqm"
KEY = f"ssh-ed25519 {DATA} deploy@example.com"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPz5jN3CkW9Y6s0Zq1v8D2hTgE4bXr7uLmKoV5yQfA1w deploy@example.com"
# As ssh-keygen -lf shows them.
FINGERPRINT = "SHA256:g5RGUe8ACqrGH2LPIqDrHZuQclAzd3ddgbTar9iEmj0"
PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----\n"


def entry(label: str = "deploy", key: str = KEY, pk: int = 7) -> dict[str, t.Any]:
    more = {"ssh_key_type": "ED25519", "timestamp": "18-Feb-2025", "project_name": "default", "total_attached_nodes": 2}
    return {"pk": pk, "label": label, "ssh_key": key, **more}


def listing(*entries: dict[str, t.Any]) -> Step:
    return Step("GET", "ssh_keys/", ok(list(entries)), None)


def post(answer: Answer = ok({"pk": 7}), key: str = KEY) -> Step:
    return Step("POST", "ssh_keys/", answer, {"label": "deploy", "ssh_key": key})


def delete(answer: Answer = ok(), pk: int = 7) -> Step:
    return Step("DELETE", f"delete_ssh_key/{pk}/", answer, None)


def run(check: bool = False, secrets: t.Iterable[str] = (), **args: t.Any) -> Run:
    return run_module(e2e_ssh_key, {**CREDENTIALS, "label": "deploy", "ssh_key": KEY, **args}, check=check, secrets=secrets)


def test_create(api: ScriptedApi) -> None:
    api.expect(listing())
    predicted = run(check=True)
    api.expect(listing(), post(), listing(entry()))
    real = run()
    assert predicted["diff"] == real["diff"]
    assert real["actions"] == ["created SSH key deploy"]
    assert real["ssh_key"] == {
        "id": 7,
        "label": "deploy",
        "ssh_key": KEY,
        "type": "ED25519",
        "fingerprint": FINGERPRINT,
        "created": "18-Feb-2025",
        "attached_nodes": 2,
    }
    assert predicted["ssh_key"]["fingerprint"] == FINGERPRINT


def test_a_second_run_is_one_request_and_the_comment_is_no_change(api: ScriptedApi) -> None:
    api.expect(listing(entry(key=f"ssh-ed25519  {DATA}")))
    assert run()["changed"] is False


def test_another_key_under_the_label_needs_consent(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(entry(key=OTHER)))
        refused = run(check=check)
        assert (refused.code, refused["changed"]) == ("consent_required", False)
    api.expect(listing(entry(key=OTHER)), delete(), listing(), post(), listing(entry()))
    assert run(allow_replace=True)["actions"] == ["deleted and created again SSH key deploy: changes ssh_key"]


def test_the_same_key_under_another_label(api: ScriptedApi) -> None:
    for check in (True, False):
        api.expect(listing(entry(label="old")))
        refused = run(check=check)
        assert (refused.code, refused["changed"]) == ("invalid_input", False)
        assert "already there under the label old" in refused.msg


def test_two_keys_of_one_label(api: ScriptedApi) -> None:
    api.expect(listing(entry(pk=9), entry(pk=8, key=OTHER)))
    refused = run()
    assert (refused.code, "8, 9. Delete all but one of them in MyAccount." in refused.msg) == ("ambiguous", True)


def test_a_lost_answer_is_looked_up(api: ScriptedApi) -> None:
    api.expect(listing(), post(html(502)), listing(entry()), listing(entry()))
    outcome = run()
    assert outcome["changed"] is True
    assert "it took effect" in outcome.warnings[0]


def test_a_key_that_shows_late_is_not_refused_as_a_second_one(api: ScriptedApi) -> None:
    api.expect(listing(), post(html(502)), listing(), post(refusal(400, "You cannot add the same key again")), listing(entry()), listing(entry()))
    assert run()["changed"] is True


def test_a_refusal_stays_one(api: ScriptedApi) -> None:
    api.expect(listing(), post(refusal(400, "Invalid key")), listing())
    assert run().code == "refused"


def test_absent(api: ScriptedApi) -> None:
    api.expect(listing(entry()), delete(), listing())
    assert run(state="absent")["actions"] == ["deleted SSH key deploy"]
    api.expect(listing())
    assert run(state="absent")["changed"] is False
    api.expect(listing(entry()), delete(MISSING), listing())
    assert run(state="absent")["changed"] is True


def test_nothing_to_create(api: ScriptedApi) -> None:
    api.expect(listing())
    assert "Give ssh_key" in run(ssh_key=None).msg


@pytest.mark.parametrize("text", [PRIVATE, f"{KEY}\n{OTHER}", "deploy", "", f"ssh-ed25519 {DATA[:-9]}****", "~/.ssh/id_ed25519.pub"])
def test_anything_but_one_public_key_is_refused_and_not_repeated(api: ScriptedApi, text: str) -> None:
    assert not is_public_key(text)
    refused = run(ssh_key=text, secrets=[line for line in text.splitlines() if len(line) > 20 and "KEY" not in line])
    assert refused.code == "invalid_input"
    assert ("private key" in refused.msg) is (text == PRIVATE)


def test_the_fingerprint_is_the_one_of_ssh_keygen() -> None:
    assert key_fingerprint(KEY) == FINGERPRINT
    assert key_fingerprint("no key").startswith("SHA256:")


def test_a_label_is_one_without_space_around_it(api: ScriptedApi) -> None:
    api.expect(listing(), post(), listing(entry(label="deploy ")))
    assert run(label=" deploy\n")["ssh_key"]["label"] == "deploy"
    for state in ("present", "absent"):
        for label in ("", "  "):
            refused = run(label=label, state=state)
            assert (refused.code, "label is empty" in refused.msg) == ("invalid_input", True)


def test_info(api: ScriptedApi) -> None:
    api.expect(listing(entry("b"), entry("a", OTHER, 3), {"label": "no number"}))
    everything = run_module(e2e_ssh_key_info, CREDENTIALS)
    assert [key["label"] for key in everything["ssh_keys"]] == ["a", "b"]
    api.expect(listing(entry("b"), entry("a", OTHER, 3)))
    some = run_module(e2e_ssh_key_info, {**CREDENTIALS, "labels": ["b", "c"]})
    assert ([key["id"] for key in some["ssh_keys"]], some["missing"]) == ([7], ["c"])
