# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, FieldRule, Plan, Value, WhenUnknown, reconcile, render_diff
from hypothesis import given
from hypothesis import strategies as st

FIELDS = ("kind", "size", "tags", "text")


def entries(before: Value, after: Value) -> list[dict[str, str]]:
    return [{"before": str(before), "after": str(after)}]


RULES = (
    FieldRule("kind", in_place=False),
    FieldRule("size", show=lambda value: f"{value} MB"),
    FieldRule("tags", same=lambda wanted, current: UNKNOWN if current is UNKNOWN else set(wanted) == set(current), show=sorted),
    FieldRule("text", entries=entries),
)
VALUES = {"kind": st.sampled_from("ab"), "size": st.integers(0, 3), "tags": st.lists(st.sampled_from("xyz"), max_size=3), "text": st.text(max_size=3)}
DESIRED = st.fixed_dictionaries({}, optional=VALUES)
CURRENT = st.fixed_dictionaries({name: values | st.just(UNKNOWN) for name, values in VALUES.items()})
POLICIES: st.SearchStrategy[WhenUnknown] = st.sampled_from(["update", "keep", "fail"])


def applied(plan: Plan, current: dict[str, Value]) -> dict[str, Value]:
    """The server's part: every planned change takes place, and is visible afterwards."""
    return {**current, **{change.rule.name: change.after for change in plan.changes}}


@given(DESIRED, CURRENT, POLICIES)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(desired: dict[str, Value], current: dict[str, Value], policy: WhenUnknown) -> None:
    plan = reconcile(desired, current, RULES, when_unknown=policy)
    again = reconcile(desired, applied(plan, current), RULES, when_unknown="keep")
    assert not again.is_change
    assert render_diff(again, "thing") == []


@given(DESIRED, CURRENT, POLICIES)
def test_what_is_left_out_is_never_touched(desired: dict[str, Value], current: dict[str, Value], policy: WhenUnknown) -> None:
    plan = reconcile(desired, current, RULES, when_unknown=policy)
    assert {change.rule.name for change in plan.changes} <= desired.keys()
    assert set(plan.unknown) == {name for name in desired if current[name] is UNKNOWN}


@given(DESIRED, CURRENT, POLICIES)
def test_the_action_follows_from_the_changes(desired: dict[str, Value], current: dict[str, Value], policy: WhenUnknown) -> None:
    plan = reconcile(desired, current, RULES, when_unknown=policy)
    differs = {
        name
        for name, value in desired.items()
        if current[name] is not UNKNOWN and (set(value) != set(current[name]) if name == "tags" else value != current[name])
    }
    blind = {name for name in plan.unknown if name != "kind"} if policy == "update" else set()
    assert {change.rule.name for change in plan.changes} == differs | blind
    assert {change.rule.name for change in plan.changes if not change.known} == blind
    assert plan.action == ("replace" if "kind" in differs else "update" if differs | blind else "none")
    assert [change.rule.name for change in plan.changes if not change.rule.in_place] == (["kind"] if "kind" in differs else [])


@given(DESIRED)
def test_creating_takes_everything_that_is_wanted(desired: dict[str, Value]) -> None:
    plan = reconcile(desired, None, RULES)
    assert plan.action == "create"
    assert {change.rule.name: change.after for change in plan.changes} == desired


def test_deleting_and_nothing_to_delete() -> None:
    assert reconcile(None, None, RULES) == Plan("none")
    plan = reconcile(None, {"kind": "a", "size": 1}, RULES)
    assert plan.action == "delete"
    assert {change.rule.name: change.before for change in plan.changes} == {"kind": "a", "size": 1}


def test_a_repair_is_an_update_without_differences() -> None:
    plan = reconcile({"size": 1}, {"size": 1}, RULES, repair="failed")
    assert (plan.action, plan.changes, plan.is_change) == ("update", (), True)
    assert render_diff(plan, "thing")[0]["before"] == "status: failed\n"
    assert reconcile({"kind": "b"}, {"kind": "a"}, RULES, repair="failed").action == "replace"


def test_a_missing_current_value_is_unknown() -> None:
    assert reconcile({"size": 1}, {}, RULES).unknown == ("size",)
    assert repr(UNKNOWN) == "UNKNOWN"


def diff(desired: dict[str, Value] | None, current: dict[str, Value] | None) -> list[dict[str, str]]:
    return render_diff(reconcile(desired, current, RULES), "thing one")


def test_the_diff_of_a_creation() -> None:
    head, text = diff({"kind": "a", "size": 1, "tags": ["y", "x"], "text": "new"}, None)
    assert head == {
        "before_header": "thing one",
        "after_header": "thing one",
        "before": "state: absent\n",
        "after": "kind: a\nsize: 1 MB\nstate: present\ntags:\n  - x\n  - y\n",
    }
    assert text == {"before": "None", "after": "new"}


def test_the_diff_of_a_deletion() -> None:
    (head,) = diff(None, {"kind": "a", "tags": []})
    assert (head["before"], head["after"]) == ("kind: a\nstate: present\ntags: []\n", "state: absent\n")


def test_the_diff_of_an_update_shows_only_what_changes() -> None:
    (head,) = diff({"kind": "a", "size": 2}, {"kind": "a", "size": 1})
    assert (head["before"], head["after"]) == ("size: 1 MB\n", "size: 2 MB\n")
    assert diff({"text": "new"}, {"text": "old"}) == [{"before": "old", "after": "new"}]


def test_the_diff_of_what_is_not_known() -> None:
    (head,) = diff({"size": 2}, {"size": UNKNOWN})
    assert (head["before"], head["after"]) == ("size: (not returned by the API)\n", "size: 2 MB\n")


def test_the_diff_of_a_replacement() -> None:
    (head,) = diff({"kind": "b"}, {"kind": "a"})
    assert (head["before"], head["after"]) == ("kind: a\nstate: present\n", "kind: b\nstate: present (created again)\n")


@pytest.mark.parametrize(("value", "lines"), [({}, "size: {}\n"), ({"b": 1, "a": 2}, "size:\n  a: 2\n  b: 1\n"), ((), "size: []\n")])
def test_mappings_and_lists_are_sorted_lines(value: Value, lines: str) -> None:
    plan = reconcile({"size": value}, None, [FieldRule("size")])
    assert render_diff(plan, "x")[0]["after"] == lines + "state: present\n"
