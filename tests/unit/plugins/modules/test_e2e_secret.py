# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: made, replaced, left alone, removed; and their values in no output."""

from __future__ import annotations

import base64
import json
import shutil
import stat
import threading
import typing as t
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine import several as several_runs
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_secret, e2e_secret_info
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    ACCESS,
    NO_NAMESPACE,
    NOT_THERE_YET,
    ScriptedGateway,
    document,
    every_dialect,
    foreign,
    functions,
    info,
    run,
    secrets,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Reply, Run, Step, reset, timed_out, together

VALUE = "corr3ct horse\nbattery"
ARGS = {**ACCESS, "name": "password", "value": VALUE}
ABSENT = {**ACCESS, "name": "password", "state": "absent"}


def secret(args: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> Run:
    return run(e2e_secret, ARGS if args is None else args, secrets=(VALUE, base64.b64encode(VALUE.encode()).decode()), **more)


def write(method: str, answer: Answer | None = None, **body: str) -> Step:
    return Step(method, "system/secrets", answer or text(202), {"name": "password", **body} if body else ANY)


def remove(answer: Answer | None = None, **query: str) -> Step:
    return Step("DELETE", "system/secrets", answer or text(200), {"name": "password", **query}, query)


def test_create_is_predicted_and_done(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("other"))
    predicted = secret(check=True)
    gateway.expect(secrets("other"), write("POST", value=VALUE), secrets("other", "password"))
    real = secret()
    assert (predicted["diff"], predicted["secret"]) == (real["diff"], real["secret"])
    assert real["changed"] and real["actions"] == ["created secret password"]
    assert real["secret"] == {"name": "password", "namespace": "openfaas-fn", "state": "present"}
    assert predicted["actions"] == ["create secret password"]


def test_always_sends_and_says_so(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"))
    predicted = secret(check=True)
    gateway.expect(secrets("password"), write("PUT", value=VALUE), secrets("password"))
    real = secret()
    assert real["changed"] and real["diff"] == predicted["diff"] and not real.warnings
    assert real["diff"][0]["after"] == "value: (given, not shown)\n"


def test_on_create_leaves_it(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"))
    assert not secret({**ARGS, "update": "on_create"})["changed"]


def test_on_change_without_a_file_says_that_it_cannot_know(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), write("PUT", value=VALUE), secrets("password"))
    outcome = secret({**ARGS, "update": "on_change"})
    assert outcome["changed"] and outcome.warnings == [
        "Whether the value of the secret password has changed cannot be known, because a gateway offers no place to keep a digest of it. "
        "It is sent again and reported as changed. Give digest_file to keep digests in a file of your own."
    ]


def test_on_change_with_a_file_knows(gateway: ScriptedGateway, tmp_path: Path) -> None:
    kept = tmp_path / "digests.json"
    args = {**ARGS, "update": "on_change", "digest_file": str(kept)}
    gateway.expect(secrets(), write("POST", value=VALUE), secrets("password"))
    secret(args)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and VALUE not in kept.read_text() and "corr3ct" not in kept.read_text()
    gateway.expect(secrets("password"))
    assert not secret(args)["changed"]
    gateway.expect(secrets("password"))
    assert secret({**args, "value": "s0mething new"}, check=True)["changed"]
    gateway.expect(secrets("password"), write("PUT", value="s0mething new"), secrets("password"))
    outcome = secret({**args, "value": "s0mething new"})
    assert outcome["diff"][0]["before"] == "value: (another value, not shown)\n" and not outcome.warnings
    gateway.expect(secrets("password"), functions(), remove(), secrets())
    assert secret({**ABSENT, "digest_file": str(kept)})["changed"]
    assert json.loads(kept.read_text()) == {"v": 1, "secrets": {}}
    gateway.expect(secrets("password"), write("PUT", value=VALUE), secrets("password"))
    assert f"there is no digest of it in {kept}" in secret(args).warnings[0]


def test_digests_of_namespaces_stay_apart(gateway: ScriptedGateway, tmp_path: Path) -> None:
    args = {**ARGS, "update": "on_change", "digest_file": str(tmp_path / "digests.json")}
    gateway.expect(secrets(), write("POST", value=VALUE), secrets("password"))
    secret(args)
    here = {"namespace": "stage"}
    gateway.expect(secrets("password", **here), write("PUT", value=VALUE, **here), secrets("password", **here))
    assert secret({**args, **here})["changed"]


@pytest.mark.parametrize(("content", "sent"), [(b"line\n", {"value": "line\n"}), (b"\xff\x00", {"rawValue": "/wA="})])
def test_a_file_is_sent_byte_for_byte(gateway: ScriptedGateway, tmp_path: Path, content: bytes, sent: dict[str, str]) -> None:
    file = tmp_path / "value"
    file.write_bytes(content)
    gateway.expect(secrets(), write("POST", **sent), secrets("password"))
    assert secret({**ACCESS, "name": "password", "value_file": str(file)})["changed"]


@pytest.mark.parametrize("empty", ["", " ", "\n"])
@pytest.mark.parametrize("option", ["value", "value_file"])
def test_a_value_that_is_empty_is_sent_only_when_that_is_asked_for(gateway: ScriptedGateway, tmp_path: Path, option: str, empty: str) -> None:
    file = tmp_path / "value"
    file.write_text(empty)
    args = {**ACCESS, "name": "password", option: empty if option == "value" else str(file)}
    for check in (True, False):
        outcome = run(e2e_secret, args, check=check)
        assert outcome.code == "invalid_input" and outcome.msg.startswith(f"{option}: the value of the secret password is empty.")
        assert "allow_empty: true" in outcome.msg

    gateway.expect(secrets(), write("POST", value=empty), secrets("password"))
    assert run(e2e_secret, {**args, "allow_empty": True})["changed"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"type": "service_account", "key": "-----\n\u00e9"}, '{"type": "service_account", "key": "-----\\n\u00e9"}'),
        ([1, {"a": None}], '[1, {"a": null}]'),
        (True, "true"),
        (12, "12"),
    ],
)
def test_a_value_that_is_no_text_is_sent_as_a_file_or_a_variable_would_have_it(gateway: ScriptedGateway, given: t.Any, sent: str) -> None:
    gateway.expect(secrets(), write("POST", value=sent), secrets("password"))
    assert run(e2e_secret, {**ACCESS, "name": "password", "value": given})["changed"]


def test_the_content_of_a_file_is_in_no_output(gateway: ScriptedGateway, tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text("fi1e-content\n")
    gateway.expect(secrets(), write("POST", text(400, "bad value fi1e-content")))
    outcome = run(e2e_secret, {**ACCESS, "name": "password", "value_file": str(file)}, secrets=("fi1e-content",))
    assert outcome.code == "refused" and "bad value ********" in outcome.msg


def test_check_mode_expects_a_namespace_that_an_earlier_task_makes(gateway: ScriptedGateway) -> None:
    args = {**ACCESS, "name": "password", "value": VALUE, "namespace": "stage"}
    gateway.expect(secrets(answer=NO_NAMESPACE, namespace="stage"))
    predicted = secret(args, check=True)
    assert predicted["actions"] == ["create secret password"] and predicted.warnings == [NOT_THERE_YET]
    gateway.expect(secrets(answer=NO_NAMESPACE, namespace="stage"))
    assert secret(args).msg.startswith("namespace: the gateway does not have or allow 'stage'.")


@every_dialect
def test_absent_twice(gateway: ScriptedGateway, dialect: str) -> None:
    gateway.expect(secrets("password"), functions(foreign(dialect)))
    predicted = secret(ABSENT, check=True)
    gateway.expect(secrets("password"), functions(foreign(dialect)), remove(), secrets())
    real = secret(ABSENT)
    assert real["changed"] and (predicted["diff"], predicted["secret"]) == (real["diff"], real["secret"])
    gateway.expect(secrets())
    assert not secret(ABSENT)["changed"]


def test_a_secret_in_use_is_not_removed(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), functions(foreign("faasd", secrets=["password"]), foreign("faasd", name="other")))
    outcome = secret(ABSENT)
    assert outcome.code == "in_use" and "used by hello;" in outcome.msg


def test_check_mode_expects_that_an_earlier_task_removes_the_function(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), functions(foreign("faasd", secrets=["password"])))
    outcome = secret(ABSENT, check=True)
    assert outcome["changed"] and outcome["secret"]["state"] == "absent"
    assert "used by hello;" in outcome.warnings[0] and "Check mode goes on, because an earlier task may change that" in outcome.warnings[0]


def test_force_removes_it_all_the_same(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), remove(), secrets())
    assert secret({**ABSENT, "force": True})["changed"]


def test_a_function_that_names_a_missing_secret_is_no_reason(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets())
    assert not secret(ABSENT)["changed"]


@pytest.mark.parametrize("answer", [text(404), text(500, "remove /x/password: no such file or directory")])
def test_one_that_is_gone_already_is_fine(gateway: ScriptedGateway, answer: Reply) -> None:
    gateway.expect(secrets("password"), remove(answer), secrets(), secrets())
    assert secret({**ABSENT, "force": True})["changed"]


def test_one_that_cannot_be_removed_is_an_error(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), remove(text(500, "disk failed")), *[secrets("password")] * 2)
    outcome = secret({**ABSENT, "force": True})
    assert "disk failed" in outcome.msg and not outcome["changed"]


@pytest.mark.parametrize(("method", "there"), [("PUT", ["password"]), ("POST", [])])
def test_what_a_failure_has_done_to_a_value_is_not_known(gateway: ScriptedGateway, method: str, there: list[str]) -> None:
    """A gateway tells a name and no value, so whether the one that was sent has arrived shows nowhere."""
    gateway.expect(secrets(*there, "other"), write(method, text(500, "disk full")), secrets("other", "password"))
    outcome = secret()
    verb = "update" if there else "create"
    assert outcome.code == "server_error" and outcome["changed"] and outcome["actions"] == [f"tried to {verb} secret password"]
    assert not outcome["error"]["outcome_known"] and f"Whether the {verb} of the secret password took effect all the same is not known." in outcome.msg


def test_a_write_that_cannot_be_looked_after_is_left_open(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("other"), write("POST", text(500, "disk full")), Step("GET", "system/secrets", text(401, "no"), None))
    outcome = secret()
    assert outcome["changed"] and not outcome["error"]["outcome_known"] and "disk full" in outcome.msg


def test_a_create_that_failed_and_made_nothing_is_known(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("other"), write("POST", text(500, "disk full")), secrets("other"))
    outcome = secret()
    assert not outcome["changed"] and outcome["error"]["outcome_known"] and outcome["actions"] == []


def test_a_value_that_may_have_been_sent_is_not_taken_for_the_one_before(gateway: ScriptedGateway, tmp_path: Path) -> None:
    args = {**ARGS, "update": "on_change", "digest_file": str(tmp_path / "digests.json")}
    gateway.expect(secrets(), write("POST", value=VALUE), secrets("password"))
    secret(args)
    gateway.expect(secrets("password"), write("PUT", text(500, "disk full"), value="s0mething new"), secrets("password"))
    assert not secret({**args, "value": "s0mething new"}).warnings
    gateway.expect(secrets("password"), write("PUT", value=VALUE), secrets("password"))
    assert secret(args)["changed"]


@pytest.mark.parametrize(
    ("args", "method", "before", "after", "action"),
    [
        (ARGS, "POST", (), ("password",), "created secret password"),
        (ARGS, "PUT", ("password",), ("password",), "updated secret password: changes value"),
        ({**ABSENT, "force": True}, "DELETE", ("password",), (), "deleted secret password"),
    ],
)
def test_a_digest_that_cannot_be_kept_hides_nothing_of_what_was_sent(
    gateway: ScriptedGateway, tmp_path: Path, args: dict[str, t.Any], method: str, before: tuple[str, ...], after: tuple[str, ...], action: str
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    def take_away(api: t.Any) -> Reply:
        shutil.rmtree(folder)
        return text(202)

    gateway.expect(secrets(*before), write(method, take_away), secrets(*after))
    outcome = secret({**args, "digest_file": str(folder / "digests")})
    assert outcome.failed and outcome["changed"] and outcome["actions"] == [action]
    assert (outcome.code, outcome["error"]["outcome_known"], outcome["secret"]["state"]) == ("digest_not_kept", True, "present" if after else "absent")
    done = action.split()[0]
    assert outcome.msg.startswith(f"The secret password was {done}, but digest_file: cannot write {folder}/digests: No such file or directory.")


def test_a_digest_of_an_earlier_value_does_not_outlast_a_create(gateway: ScriptedGateway, tmp_path: Path) -> None:
    args = {**ARGS, "update": "on_change", "digest_file": str(tmp_path / "digests.json")}
    gateway.expect(secrets(), write("POST", value=VALUE), secrets("password"))
    secret(args)
    # Somebody has removed it, and whether the gateway took this value is found out without its answer.
    gateway.expect(secrets(), write("POST", timed_out(), value="s0mething new"), secrets("password"), secrets("password"))
    secret({**args, "value": "s0mething new"})
    gateway.expect(secrets("password"), write("PUT", value=VALUE), secrets("password"))
    assert secret(args)["changed"]


def test_a_digest_file_that_cannot_be_written_is_found_out_before_anything_is_sent(gateway: ScriptedGateway, tmp_path: Path) -> None:
    gateway.expect(secrets())
    outcome = secret({**ARGS, "digest_file": str(tmp_path / ("d" * 250))})
    assert (outcome.code, outcome["changed"], outcome["actions"]) == ("invalid_input", False, []) and "File name too long" in outcome.msg


def test_a_crash_of_the_list_is_explained(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), functions(answer=reset()), info("faasd"))
    outcome = secret({**ABSENT, "api_retries": 0})
    assert outcome.code == "list_crashed" and "reach its Prometheus" in outcome.msg and "With force: true" in outcome.msg


def test_a_gateway_that_is_gone_is_not_taken_for_a_crash(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("password"), functions(answer=reset()), Step("GET", "system/info", reset(), None))
    assert "Prometheus" not in secret({**ABSENT, "api_retries": 0}).msg


def test_a_secret_of_somebody_else_is_named(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets(), write("POST", text(409)))
    assert "already that was not made through OpenFaaS" in secret().msg


def test_a_lost_answer_is_looked_up(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets(), write("POST", timed_out()), secrets("password"), secrets("password"))
    outcome = secret()
    assert outcome["changed"] and "took effect" in outcome.warnings[0]


def test_a_list_of_null_is_empty(gateway: ScriptedGateway) -> None:
    gateway.expect(Step("GET", "system/secrets", document(None), None), write("POST", value=VALUE), secrets("password"))
    assert secret()["changed"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"name": " "}, "name is empty"),
        ({"name": "../x"}, "is not a name for a secret"),
        ({"value": None}, "value or value_file"),
        ({"value": None, "value_file": "/does/not/exist"}, "value_file: the file cannot be read: No such file or directory."),
        ({"digest_file": "/does/not/exist"}, "digest_file: the directory /does/not does not exist"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_sent(gateway: ScriptedGateway, args: dict[str, t.Any], message: str) -> None:
    outcome = secret({**ARGS, **args})
    assert outcome.failed and message in outcome.msg and not gateway.sent


@pytest.mark.parametrize("content", ["[]", "nonsense", '{"v": 2}', '{"v": 1, "secrets": []}'])
def test_a_foreign_digest_file_is_refused(gateway: ScriptedGateway, tmp_path: Path, content: str) -> None:
    file = tmp_path / "digests"
    file.write_text(content)
    assert "is not a file that this module wrote" in secret({**ARGS, "digest_file": str(file)}).msg
    assert "cannot read" in secret({**ARGS, "digest_file": str(tmp_path)}).msg


def test_names_that_kubernetes_refuses_are_a_warning(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets())
    assert "Kubernetes refuses 'PASS_WORD'" in secret({**ARGS, "name": "PASS_WORD"}, check=True).warnings[0]


# Several at once.

SEVERAL = ({"name": "one", "value": VALUE}, {"name": "two", "value": "0ther-value"}, {"name": "three", "value": "th1rd-value"})


def set_secret(name: str, answer: Answer | None = None, method: str = "POST") -> Step:
    value = next(entry["value"] for entry in SEVERAL if entry["name"] == name)
    return Step(method, "system/secrets", answer or text(202), {"name": name, "value": value})


def several(entries: t.Sequence[t.Mapping[str, t.Any]] = SEVERAL, check: bool = False, **more: t.Any) -> Run:
    values = [entry["value"] for entry in entries if len(entry.get("value", "")) > 3]
    return run(e2e_secret, {**ACCESS, "secrets": list(entries), **more}, check=check, secrets=values)


def told(outcome: Run, key: str) -> dict[str, t.Any]:
    return {entry["name"]: entry[key] for entry in outcome["secrets"]}


@pytest.fixture
def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other: all of them read the same list afterwards, which a script could not tell apart."""
    monkeypatch.setattr(several_runs, "in_parallel", lambda connection, call, items, limit=None: [call(item) for item in items])


def test_those_that_are_missing_are_made_with_one_look(gateway: ScriptedGateway, in_turn: None) -> None:
    gateway.expect(secrets("two"))
    predicted = several(check=True, update="on_create")
    gateway.expect(secrets("two"), set_secret("one"), secrets("one", "two"), set_secret("three"), secrets("one", "three", "two"))
    real = several(update="on_create")
    assert predicted["actions"] == ["create secret one", "create secret three"]
    assert real["actions"] == ["created secret one", "created secret three"]
    for key in ("changed", "diff"):
        assert (predicted[key], told(predicted, key)) == (real[key], told(real, key))
    assert told(predicted, "secret") == told(real, "secret")
    assert told(real, "changed") == {"one": True, "two": False, "three": True}
    assert "given, not shown" in str(real["diff"])
    gateway.expect(secrets("one", "three", "two"))
    again = several(update="on_create")
    assert (again["changed"], again["actions"], told(again, "failed")) == (False, [], dict.fromkeys(("one", "two", "three"), False))


def test_one_that_fails_is_named_and_keeps_no_other_from_its_state(gateway: ScriptedGateway, in_turn: None) -> None:
    lost = [set_secret("three", timed_out()), secrets("one", "three"), secrets("one", "three")]
    gateway.expect(secrets(), set_secret("one"), secrets("one"), set_secret("two", text(400, f"bad value 0ther-value of {VALUE}")), *lost)
    outcome = several()
    assert outcome.msg == f"1 of 3 secrets are not in the wanted state. two: {outcome['secrets'][1]['msg']}"
    assert "bad value ********" in outcome.msg and "0ther" not in outcome.raw
    assert (outcome.code, outcome["changed"]) == ("refused", True)
    assert told(outcome, "failed") == {"one": False, "two": True, "three": False}
    assert (told(outcome, "secret")["two"]["state"], told(outcome, "error")["two"]["code"]) == ("absent", "refused")
    assert outcome["actions"] == ["created secret one", "created secret three"]
    assert "took effect" in told(outcome, "warnings")["three"][0]


def test_those_that_no_function_uses_are_removed(gateway: ScriptedGateway, in_turn: None) -> None:
    names = [{"name": name} for name in ("one", "two", "three")]
    for check in (True, False):
        gone = [] if check else [Step("DELETE", "system/secrets", text(200), {"name": "three"}), secrets("two")]
        gateway.expect(secrets("two", "three"), functions(foreign("faasd", secrets=["two"])), *gone)
        outcome = several(names, state="absent", check=check)
        said = told(outcome, "warnings")["two"][0] if check else outcome.msg.partition("two: ")[2]
        assert said.startswith("The secret two is used by hello") and outcome.failed is not check
        assert check or outcome.code == "in_use"
        assert told(outcome, "changed") == {"one": False, "two": check, "three": True}


def test_users_that_cannot_be_told_are_asked_for_once(gateway: ScriptedGateway, in_turn: None) -> None:
    gateway.expect(secrets("one", "two"), functions(answer=reset()), Step("GET", "system/info", reset(), None))
    outcome = several([{"name": "one"}, {"name": "two"}], state="absent", api_retries=0)
    assert outcome.msg.startswith("2 of 2 secrets are not in the wanted state. one: Whether a function uses the secret one cannot be told: ")
    assert outcome.msg.count("cannot be told") == 2


def test_digests_of_several_are_kept_side_by_side(gateway: ScriptedGateway, tmp_path: Path) -> None:
    args = {"update": "on_change", "digest_file": str(tmp_path / "digests.json")}
    gateway.expect(secrets(), together(*map(set_secret, ("one", "two", "three"))), Step("GET", "system/secrets", ALL_THREE, None, forever=True))
    with pytest.MonkeyPatch.context() as patch:
        # The list is read back when all are there, so that it is one call for a script.
        barrier = threading.Barrier(3)
        patch.setattr(e2e_secret.GatewayClient, "create_secret", after(e2e_secret.GatewayClient.create_secret, barrier))
        assert several(**args)["changed"] is True
    assert len(json.loads((tmp_path / "digests.json").read_text())["secrets"]) == 3
    gateway.expect(secrets("one", "two", "three"))
    assert several(**args)["changed"] is False
    gateway.expect(secrets("one", "two", "three"))
    changed = several([*SEVERAL[:2], {"name": "three", "value": "an0ther-one"}], check=True, **args)
    assert told(changed, "changed") == {"one": False, "two": False, "three": True}


ALL_THREE = document([{"name": name} for name in ("one", "two", "three")])


def after(call: t.Callable[..., None], barrier: threading.Barrier) -> t.Callable[..., None]:
    def made(*args: t.Any) -> None:
        call(*args)
        barrier.wait(10)

    return made


def test_values_of_all_kinds(gateway: ScriptedGateway, tmp_path: Path, in_turn: None) -> None:
    (tmp_path / "value").write_bytes(b"\xff\x00fi1e")
    entries = [{"name": "one", "value": {"key": "va1ue-of-json"}}, {"name": "two", "value_file": str(tmp_path / "value")}, {"name": "three", "value": "xy"}]
    sent = [
        Step("POST", "system/secrets", text(202), {"name": name, **body})
        for name, body in (("one", {"value": '{"key": "va1ue-of-json"}'}), ("two", {"rawValue": "/wBmaTFl"}), ("three", {"value": "xy"}))
    ]
    gateway.expect(secrets(), *(step for post in sent for step in (post, Step("GET", "system/secrets", ALL_THREE, None))))
    outcome = run(e2e_secret, {**ACCESS, "secrets": entries}, secrets=("va1ue-of-json", "/wBmaTFl"))
    assert outcome["changed"] is True
    # Too short to be looked for everywhere, it is taken out of the options.
    shown = [entry["value"] for entry in outcome["invocation"]["module_args"]["secrets"] if entry["value"] is not None]
    assert shown == ["********", "********"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"name": "one"}], "Give the value of the secret one: secrets[0].value or secrets[0].value_file."),
        ([*SEVERAL, {"name": " ", "value": "x"}], "secrets[3].name is empty"),
        ([*SEVERAL, {"name": "../x", "value": "x"}], "secrets[3].name: '../x' is not a name for a secret"),
        ([*SEVERAL, {"name": "four", "value": " "}], "secrets[3].value: the value of the secret four is empty."),
        ([*SEVERAL, {"name": "four", "value_file": "/does/not/exist"}], "secrets[3].value_file: the file cannot be read: No such file or directory."),
        ([*SEVERAL, *SEVERAL[:2]], "secrets: one, two is there more than once."),
    ],
)
def test_what_is_wrong_with_one_is_found_before_any_is_sent(gateway: ScriptedGateway, entries: list[dict[str, t.Any]], message: str) -> None:
    outcome = several(entries)
    assert (outcome.code, message in outcome.msg, gateway.sent) == ("invalid_input", True, []), outcome.msg


def test_an_empty_list_is_nothing_to_do(gateway: ScriptedGateway) -> None:
    outcome = several([])
    assert (outcome["changed"], outcome["secrets"], gateway.sent) == (False, [], [])


# e2e_secret_info.


def test_secrets_are_listed_with_their_users(gateway: ScriptedGateway) -> None:
    users = [foreign("faasd", name="b", secrets=["two"]), foreign("faasd", name="a", secrets=["two", "gone"])]
    gateway.expect(secrets("two", "one", "two"), functions(*users))
    outcome = run(e2e_secret_info, ACCESS)
    assert outcome["secrets"] == [
        {"name": "one", "namespace": "openfaas-fn", "used_by": []},
        {"name": "two", "namespace": "openfaas-fn", "used_by": ["a", "b"]},
    ]
    assert outcome["missing"] == []


def test_missing_ones_are_named_without_asking_for_functions(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets("one", namespace="stage"))
    outcome = run(e2e_secret_info, {**ACCESS, "namespace": "stage", "names": ["three"]})
    assert outcome["secrets"] == [] and outcome["missing"] == ["three"]


@pytest.mark.parametrize("update", ["always", "on_create"])
def test_no_value_goes_to_a_server_that_is_no_gateway(gateway: ScriptedGateway, update: str) -> None:
    """Many servers answer an empty list to whatever they are asked."""
    gateway.expect(secrets(), Step("GET", "system/info", document([]), None))
    outcome = secret({**ARGS, "update": update})
    assert outcome.code == "protocol" and "check gateway_url" in outcome.msg and not gateway.writes


def test_an_empty_success_is_no_written_secret(gateway: ScriptedGateway) -> None:
    gateway.expect(secrets(), Step("POST", "system/secrets", text(200)), Step("GET", "system/secrets", document([]), None, forever=True))
    outcome = secret()
    assert outcome.code == "wait_timeout" and "does not show up" in outcome.msg
