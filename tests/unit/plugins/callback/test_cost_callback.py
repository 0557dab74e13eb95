# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a play is counted, where, and under which name, whichever ansible-core tells of it."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.callback.cost import CallbackModule

NODE = "e2enetworks.cloud.e2e_node"
SECRET = "e2enetworks.cloud.e2e_secret"
BOUGHT = {"changed": True, "cost": {"currency": "INR", "change": {"per_hour": 1.0, "per_month": 730.0}, "is_known": True}}
HIDDEN = {"changed": True, "censored": "the output has been hidden"}


def task(name: str = "Make it", *, check: bool = False, loop: t.Any = None, action: str = NODE) -> t.Any:
    return types.SimpleNamespace(_uuid="1", check_mode=check, loop=loop, resolved_action=action, get_name=lambda: name)


@pytest.fixture(params=["2.18", "2.19"])
def told(request: pytest.FixtureRequest) -> t.Callable[..., t.Any]:
    """A result as ansible-core makes it, which gave its parts other names."""
    prefix = "_" if request.param == "2.18" else ""
    return lambda of, content: types.SimpleNamespace(**{f"{prefix}task": of, f"{prefix}result": content})


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch) -> CallbackModule:
    made = CallbackModule()
    shown: list[str] = []
    monkeypatch.setattr(made, "_display", types.SimpleNamespace(lines=shown, banner=lambda text: None, display=shown.append))
    return made


def lines(callback: CallbackModule) -> list[str]:
    callback.v2_playbook_on_stats(None)
    found: list[str] = callback._display.lines
    return found


def test_the_check_mode_of_a_task_decides(callback: CallbackModule, told: t.Callable[..., t.Any]) -> None:
    callback.v2_runner_on_ok(told(task(check=True), BOUGHT))
    callback.v2_runner_on_ok(told(task(), BOUGHT))
    callback.v2_runner_on_failed(told(task(), BOUGHT), ignore_errors=True)
    assert lines(callback) == [
        "The bill changed by INR +1,460.00 a month (INR +2.0000 an hour), for 2 resources.",
        "The bill would change by INR +730.00 a month (INR +1.0000 an hour), for 1 resource.",
    ]


def test_the_items_of_a_loop_are_counted_once(callback: CallbackModule, told: t.Callable[..., t.Any]) -> None:
    callback.v2_runner_item_on_ok(told(task(loop=["a", "b"]), BOUGHT))
    callback.v2_runner_item_on_failed(told(task(loop=["a", "b"], check=True), BOUGHT))
    callback.v2_runner_on_failed(told(task(loop=["a", "b"]), {"changed": True, "results": [BOUGHT, BOUGHT]}))
    assert lines(callback) == [
        "The bill changed by INR +730.00 a month (INR +1.0000 an hour), for 1 resource.",
        "The bill would change by INR +730.00 a month (INR +1.0000 an hour), for 1 resource.",
    ]


def test_what_no_log_hides_is_named_as_ansible_calls_it(callback: CallbackModule, told: t.Callable[..., t.Any]) -> None:
    callback.v2_playbook_on_task_start(task("Make {{ item }}"), False)
    for item in ("s3cret", "an0ther"):
        callback.v2_runner_item_on_ok(told(task(f"Make {item}", loop=["s3cret", "an0ther"]), HIDDEN))
    callback.v2_runner_on_ok(told(task(loop=["s3cret", "an0ther"]), HIDDEN))
    callback.v2_runner_on_ok(told(task(action=SECRET), HIDDEN))
    callback.v2_runner_on_ok(told(task(), {**HIDDEN, "changed": False}))
    assert lines(callback) == ["The bill changed by what is not known, because no_log hides the cost: Make {{ item }} (2 times)."]
