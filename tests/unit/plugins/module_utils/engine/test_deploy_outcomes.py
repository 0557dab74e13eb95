# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every outcome of a deployment, and each sentence about it, held against what the platform has."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.tests.unit.plugins.deploy_platform import BACK, V1, Effect, Function, Platform, State, deploy
from hypothesis import given, settings
from hypothesis import strategies as st


EFFECTS = st.sampled_from(t.get_args(Effect)).filter(lambda effect: effect != "defect")
BEFORE = st.sampled_from([None, V1, State("v1", "failed"), State("v1", "starting"), State("v1", "deploying"), State("v2"), State("v2", "failed")])

#: One of these is in every message about a function that neither works as wanted nor as before.
ADMISSIONS = (
    "is not known",
    "cannot be read",
    "could not be put back",
    "was sent, but",
    "was not rolled back",
    "would have been put back",
    "not have been rolled back",
    "This run did not change it",
    "It is the first version",
)


@settings(max_examples=400)
@given(
    before=BEFORE,
    settles_after=st.sampled_from([0, 3]),
    effects=st.lists(EFFECTS, max_size=6),
    blind=st.sets(st.integers(1, 14), max_size=3),
    broken=st.sets(st.sampled_from(["v1", "v2"])),
    harmless=st.booleans(),
    telling=st.booleans(),
    obstacle=st.sampled_from(["", "the API does not return its code"]),
    rollback=st.booleans(),
    kind=st.sampled_from(["cpu", "gpu"]),
)
def test_there_is_no_silent_third(
    before: State | None,
    settles_after: int,
    effects: list[Effect],
    blind: set[int],
    broken: set[str],
    harmless: bool,
    telling: bool,
    obstacle: str,
    rollback: bool,
    kind: str,
) -> None:
    """The wanted version works, or the one before works and that is said, or the message says that neither is so."""
    if harmless:
        # Platforms whose refusals do nothing do not destroy by them.
        effects = ["refused" if effect == "destroyed" else effect for effect in effects]
    platform = Platform(before, list(effects), blind, settles_after)
    function = Function(platform, {"version": "v2", "kind": kind}, harmless=harmless, telling=telling, obstacle=obstacle)
    ended = deploy(function, broken=broken, rollback=rollback, allow_replace=True)
    now, outcome = platform.state, ended.outcome
    runs = now is not None and now.status == "running"
    as_before = runs and now is not None and before is not None and (now.version, now.kind) == (before.version, before.kind)

    if ended.error is None:
        assert runs and now is not None and (now.version, now.kind) == ("v2", kind) and "v2" not in broken and not outcome.rolled_back
        return
    message = ended.message
    # What is claimed is so.
    assert outcome.rolled_back == ("was put back and runs" in message)
    assert outcome.rolled_back == (outcome.actions[-1:] == [BACK])
    if outcome.rolled_back or "runs as before" in message or "is still there and runs" in message:
        assert as_before
    if "Now the function hello is gone" in message:
        assert now is None
    if "Now the function hello is running" in message:
        assert runs
    if outcome.rolled_back:
        assert rollback and not obstacle
    # What was done is not denied, and what was not done is not claimed.
    if not platform.writes:
        assert (outcome.changed, outcome.actions) == (False, [])
    if not outcome.changed and ended.error.outcome_known and telling and before is not None and not settles_after:
        assert now == before
    if outcome.changed:
        assert outcome.actions
    # Nothing is left unsaid. A refusal that did nothing says it all, where nobody asks for a way back.
    if platform.writes and before is not None and not as_before and (rollback or outcome.changed):
        assert any(text in message for text in ADMISSIONS), message
    if platform.could_read and platform.writes and rollback and before is not None:
        assert outcome.resource == function.result(now)
