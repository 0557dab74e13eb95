# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A function of a gateway that is tried out, and put back when its new version fails."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.gateway_harness import (
    FULL_IMAGE,
    FUNCTION,
    IMAGE,
    ScriptedGateway,
    document,
    every_dialect,
    get,
    info,
    missing,
    post,
    put,
    run,
    shown,
    shows,
    text,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import ANY, Answer, Reply, Run, Step, refused

SECRET = "pa55word of the base"
KEY = "hunter2-and-more"
ARGS: dict[str, t.Any] = {
    **FUNCTION,
    "image": IMAGE,
    "env": {"A": "1"},
    "secret_env": {"PASSWORD": SECRET},
    "smoke_test": {"retries": 0},
    "rollback": True,
}
NEW = {**ARGS, "image": "functions/echo:2"}
BACK = "put the version before of function hello back"


def deploy(args: t.Mapping[str, t.Any], **more: t.Any) -> Run:
    return run(e2e_faas_function, args, **{"secrets": (SECRET, KEY), **more})


def call(answer: Answer | None = None) -> Step:
    """The smoke test's call."""
    return Step("GET", "function/hello", answer or Reply())


def log(*lines: str) -> Step:
    entries = [{"text": line, "timestamp": f"2026-01-31T12:00:0{number}Z", "instance": "1"} for number, line in enumerate(lines)]
    return Step("GET", "system/logs", Reply(200, b"\n".join(document(entry).content for entry in entries)), query=ANY)


def deployed(gateway: ScriptedGateway, dialect: str, args: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """Deploy the first version, and return what look-ups show of it."""
    gateway.expect(missing(), post(), get(shows(dialect)), get(shows(dialect)), call())
    outcome = deploy(ARGS if args is None else args)
    assert not outcome.failed and outcome["before"] is None and outcome["rolled_back"] is False
    return shown(gateway.written, dialect)


@every_dialect
def test_a_new_version_that_answers(gateway: ScriptedGateway, dialect: str) -> None:
    before = deployed(gateway, dialect)
    good = call(Reply(200, b'{"version": 2, "more": 1}'))
    # Nothing shows the roll-out on Kubernetes here, so the first good answer may be the old version's.
    who, again, slept = ([info(dialect)], [good], [3.0, 3.0]) if dialect == "kubernetes" else ([], [], [3.0])
    gateway.expect(get(document(before)), *who, put(), *[get(shows(dialect))] * 3, call(refused()), good, *again)
    outcome = deploy({**NEW, "smoke_test": {"json": {"version": 2}, "retries": 1, "delay": 3}})
    assert not outcome.failed and (outcome["changed"], outcome["rolled_back"], outcome.slept) == (True, False, slept)
    assert outcome["before"]["gateway"]["image"] == FULL_IMAGE and outcome["function"]["gateway"]["image"].endswith("echo:2")


@every_dialect
def test_a_new_version_that_answers_badly_is_put_back(gateway: ScriptedGateway, dialect: str) -> None:
    before = deployed(gateway, dialect)
    specification = dict(gateway.written)
    after = get(shows(dialect))
    bad = Reply(500, f"cannot log in as {SECRET}".encode())
    gateway.expect(get(document(before)), put(), *[after] * 3, call(bad), log("starting", f"tried {SECRET}"), *[after] * 2, put(), *[after] * 2)
    outcome = deploy(NEW)
    assert gateway.written == {**specification, "image": before["image"]}
    assert outcome.msg == (
        "The new version of the function hello fails its smoke test: GET https://gateway.example.test/function/hello answered 500, "
        f"which is not an accepted status. The version before it was put back and runs ({FULL_IMAGE}).\n"
        "It answered:\n  cannot log in as ********\nLast lines of its log:\n  starting\n  tried ********"
    )
    assert (outcome["changed"], outcome["rolled_back"], outcome["actions"][1:]) == (True, True, [BACK])
    assert outcome["function"] == outcome["before"]


@pytest.mark.parametrize("secret_env", [{"PASSWORD": "r0tated value"}, {}], ids=["rotated", "removed"])
def test_the_value_before_a_rotation_is_not_shown(gateway: ScriptedGateway, secret_env: dict[str, str]) -> None:
    """The task knows the new value only. The one before is still in the log, and faasd has returned it."""
    before = deployed(gateway, "faasd")
    after = get(shows("faasd"))
    bad = Reply(500, f"was {SECRET}".encode())
    gateway.expect(get(document(before)), put(), *[after] * 3, call(bad), log(f"used {SECRET}"), *[after] * 2, put(), *[after] * 2)
    outcome = deploy({**NEW, "secret_env": secret_env}, secrets=(SECRET, "r0tated value"))
    assert "It answered:\n  was ********\nLast lines of its log:\n  used ********" in outcome.msg and outcome["rolled_back"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"env": {"A": "1", "TOKEN": KEY}, "secret_env": {}}, {"env": {"A": "1"}, "secret_env": {"TOKEN": "r0tated value"}}),
        ({"env": {"A": "1"}, "secret_env": {"TOKEN": KEY}}, {"env": {"A": "1", "TOKEN": "r0tated value"}, "secret_env": {}}),
    ],
    ids=["to a secret", "from a secret"],
)
def test_a_variable_that_has_moved_comes_back_as_what_it_was(
    gateway: ScriptedGateway, tmp_path: pathlib.Path, before: dict[str, t.Any], after: dict[str, t.Any]
) -> None:
    kept = tmp_path / "kept.json"
    gateway.expect(missing(), post(), get(shows("faasd")))
    # What is declared as a plain variable is shown.
    deploy({**ARGS, **before, "smoke_test": None}, secrets=())
    first, specification = shown(gateway.written, "faasd"), dict(gateway.written)
    now = get(shows("faasd"))
    gateway.expect(get(document(first)), put(), *[now] * 3, call(Reply(500, KEY.encode())), log(KEY), *[now] * 2, put(), *[now] * 2)
    outcome = deploy({**NEW, **after, "snapshot_dest": str(kept)}, secrets=(KEY,))
    assert outcome["rolled_back"] and gateway.written == {**specification, "image": FULL_IMAGE}
    held = json.loads(kept.read_text(encoding="utf-8"))["gateway"]
    assert {name: held[name] for name in before} == before


def test_a_new_version_that_stops_is_put_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    stopped = get(shows("faasd", replicas=0, availableReplicas=0))
    gateway.expect(
        get(document(before)), put(), stopped, stopped, info("faasd"), log("segmentation fault"), stopped, stopped, put(), *[get(shows("faasd"))] * 2
    )
    outcome = deploy(NEW)
    assert outcome.msg.endswith(f"({FULL_IMAGE}).\nLast lines of its log:\n  segmentation fault") and outcome["rolled_back"]


def test_a_smoke_test_that_fails_without_a_roll_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    after = get(shows("faasd"))
    gateway.expect(get(document(before)), put(), *[after] * 3, call(Reply(500)), log(), after)
    outcome = deploy({**NEW, "rollback": False})
    assert outcome.msg.endswith(
        "Now the function hello is running with the image docker.io/functions/echo:2. With rollback: true the version before it would have been put back."
    )
    assert (outcome["changed"], outcome["rolled_back"]) == (True, False)


def test_variables_that_kubernetes_does_not_return_cannot_come_back(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    after = get(shows("kubernetes"))
    changed = {**NEW, "env": {"A": "2"}}
    gateway.expect(get(document(before)))
    warning = "rollback: the gateway does not return its variables, so if the new version of the function hello fails, it cannot be put back."
    assert warning in deploy(changed, check=True).warnings and not gateway.writes
    gateway.expect(get(document(before)), put(), *[after] * 3, call(Reply(500)), log(), after)
    outcome = deploy(changed)
    assert outcome.msg.endswith(
        "Now the function hello is running with the image docker.io/functions/echo:2. "
        "The version before it could not be put back, because the gateway does not return its variables."
    )
    assert (outcome["changed"], outcome["rolled_back"]) == (True, False) and warning in outcome.warnings


def test_a_way_back_that_destroys(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    after = get(shows("faasd"))
    gateway.expect(get(document(before)), put(), *[after] * 3, call(Reply(500)), log(), *[after] * 2, put(text(400, "no room")), *[missing()] * 2)
    outcome = deploy(NEW)
    assert outcome.msg.endswith(
        "The version before it could not be put back: PUT system/functions: the gateway refused this (400: no room). Now the function hello is gone."
    )
    assert outcome["function"]["status"] == "absent" and outcome["actions"][1:] == ["tried to put the version before of function hello back"]


def test_a_refused_update_of_a_function_that_starts_does_not_make_it_run(gateway: ScriptedGateway) -> None:
    before = {**deployed(gateway, "kubernetes"), "availableReplicas": 0}
    gateway.expect(get(document(before)), put(text(400, "no")), *[get(document(before))] * 2)
    outcome = deploy(NEW)
    assert outcome.msg.endswith(f"This run did not change it. Now the function hello is starting with the image {FULL_IMAGE}.") and not outcome["changed"]


def test_replicas_that_went_are_not_as_before(gateway: ScriptedGateway) -> None:
    """The refused update left the specification and took what answered: what runs is waited for, and nothing is sent."""
    before = deployed(gateway, "kubernetes")
    starting = {**before, "availableReplicas": 0}
    gateway.expect(get(document(before)), put(text(400, "no")), *[get(document(starting))] * 3, get(document(before)))
    outcome = deploy(NEW)
    assert outcome.msg.endswith(
        f"Now the function hello is starting with the image {FULL_IMAGE}. "
        f"The version before it is still there and runs ({FULL_IMAGE}), so nothing had to be put back."
    )
    assert not outcome["rolled_back"] and len(gateway.writes) == 1


def test_a_secret_that_stays_is_not_shown_either(gateway: ScriptedGateway) -> None:
    """faasd returns it, the task does not give it, and the function repeats it."""
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), get(document(before)), call(Reply(500, SECRET.encode())), log(SECRET))
    outcome = deploy({name: value for name, value in ARGS.items() if name != "secret_env"})
    assert outcome.msg.endswith("It answered:\n  ********\nLast lines of its log:\n  ********")
    assert "This run did not change it, so there is nothing to roll back." in outcome.msg


def test_headers_of_the_test_are_not_shown(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    headers = {"X-Key": KEY, "Accept": "text/csv"}
    gateway.expect(get(document(before)), get(document(before)), call(Reply(500, f"{KEY} text/csv".encode())), log(KEY))
    outcome = deploy({**ARGS, "smoke_test": {"headers": headers, "retries": 0}})
    assert gateway.sent[2].headers["X-Key"] == KEY
    assert outcome.msg.endswith("It answered:\n  ******** text/csv\nLast lines of its log:\n  ********")


def test_what_cannot_be_understood_hides_nothing(gateway: ScriptedGateway) -> None:
    """What no replicas mean only the provider's name tells, and the gateway does not give it any more."""
    before = deployed(gateway, "faasd")
    stopped = get(document({**before, "replicas": 0, "availableReplicas": 0}))
    gateway.expect(get(document(before)), put(text(400, "no such secret")), stopped, stopped, Step("GET", "system/info", text(401)))
    outcome = deploy(NEW)
    assert outcome.code == "refused" and "(400: no such secret). What became of the function hello is not known, because it cannot be read:" in outcome.msg
    assert (outcome["changed"], outcome["rolled_back"]) == (True, False)


def test_a_log_that_cannot_be_read_hides_nothing(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), get(document(before)), call(Reply(500)), Step("GET", "system/logs", text(401), query=ANY))
    outcome = deploy(ARGS)
    assert outcome.code == "smoke_test_failed" and "Last lines" not in outcome.msg


@pytest.mark.parametrize(("answer", "looks"), [(text(400, "no"), 1), (text(500, "unable to pull image"), 2)])
def test_a_refused_create_is_not_called_a_version(gateway: ScriptedGateway, answer: Reply, looks: int) -> None:
    gateway.expect(missing(), post(answer), *[missing()] * looks)
    outcome = deploy(ARGS)
    assert outcome.msg.endswith(").") and "first version" not in outcome.msg and (outcome["changed"], outcome["actions"]) == (False, [])


OLD, NEXT = "hello-5d4f6c7b9-abcde", "hello-6f5b8d9c4-fghij"


def test_a_roll_out_shows_in_the_instances_of_the_log(gateway: ScriptedGateway) -> None:
    """The count of ready replicas has been 1 all the time: it counts the old version's too."""
    before = deployed(gateway, "kubernetes")
    looks = iter([[OLD], [OLD], [OLD, NEXT], [NEXT]])
    gateway.instances = lambda writes: next(looks)
    gateway.expect(get(document(before)), put(), *[get(shows("kubernetes"))] * 5, call(), info("kubernetes"))
    outcome = deploy(NEW)
    assert not outcome.failed and (outcome["rollout"], outcome.warnings) == ("finished", [])


@pytest.mark.parametrize("added", ["hello-5d4f6c7b9-zzzzz", OLD])
def test_a_version_that_never_takes_over_is_rolled_back(gateway: ScriptedGateway, added: str) -> None:
    """Also when the old version is scaled meanwhile: its new pods are of the same replica set."""
    before = deployed(gateway, "kubernetes")
    gateway.instances = lambda writes: ([OLD], [OLD, added], [NEXT])[writes]
    polls = [get(shows("kubernetes"))] * 5
    way_back = [log("no such image"), get(shows("kubernetes")), put(), get(shows("kubernetes"), forever=True)]
    gateway.expect(get(document(before)), info("kubernetes"), put(), *polls, get(shows("kubernetes")), *way_back)
    outcome = deploy({**NEW, "wait_timeout": 1})
    assert outcome.code == "wait_timeout" and f"the version before still answers ({OLD}" in outcome.msg and outcome["rolled_back"]
    assert outcome.msg.endswith(f"The version before it was put back and runs ({FULL_IMAGE}).\nLast lines of its log:\n  no such image")


def test_where_the_log_shows_no_instance_the_result_says_so(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.expect(get(document(before)), put(), *[get(shows("kubernetes"))] * 3, call(), call(), info("kubernetes"))
    outcome = deploy(NEW)
    assert not outcome.failed and outcome["rollout"] == "unknown"
    assert [text for text in outcome.warnings if "answers yet is not known" in text]


def test_a_label_that_can_keep_the_replica_set_makes_the_roll_out_unknown(gateway: ScriptedGateway) -> None:
    """The provider's own label makes each version a set of pods of its own; a user's label of that name replaces it."""
    args = {**ARGS, "labels": {"uid": "1"}, "smoke_test": None}
    before = deployed(gateway, "kubernetes", args | {"smoke_test": {"retries": 0}})
    gateway.instances = lambda writes: [OLD]
    gateway.expect(get(document(before)), put(), *[get(shows("kubernetes"))] * 2, info("kubernetes"))
    assert deploy({**args, "image": "functions/echo:2"})["rollout"] == "unknown"


@pytest.mark.parametrize(("wait", "check"), [(False, False), (True, True)])
def test_no_roll_out_is_reported_that_was_not_waited_for(gateway: ScriptedGateway, wait: bool, check: bool) -> None:
    before = deployed(gateway, "faasd")
    gateway.expect(get(document(before)), *([] if check else [put(), *[get(shows("faasd"))] * 2]))
    assert deploy({**NEW, "smoke_test": None, "wait": wait}, check=check)["rollout"] is None


def test_an_update_that_was_dropped_is_no_roll_out(gateway: ScriptedGateway) -> None:
    """The instances of the version before are there because it runs as before."""
    before = deployed(gateway, "kubernetes")
    gateway.instances = lambda writes: [OLD]
    gateway.expect(get(document(before)), info("kubernetes"), put(text(200)), get(document(before), forever=True))
    outcome = deploy(NEW)
    assert outcome.code == "refused" and outcome.msg.endswith("The function hello runs as before.") and not outcome["changed"]


def test_an_update_that_shows_after_its_refusal_rolls_out_like_any_other(gateway: ScriptedGateway) -> None:
    before = deployed(gateway, "kubernetes")
    gateway.instances = lambda writes: ([OLD], [OLD], [NEXT])[writes]
    way_back = [log("no such image"), get(shows("kubernetes")), put(), get(shows("kubernetes"), forever=True)]
    gateway.expect(get(document(before)), info("kubernetes"), put(text(429)), *[get(shows("kubernetes"))] * 6, *way_back)
    outcome = deploy({**NEW, "smoke_test": None, "wait_timeout": 1})
    assert outcome.code == "wait_timeout" and f"the version before still answers ({OLD})" in outcome.msg and outcome["rolled_back"]
