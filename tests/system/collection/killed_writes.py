# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that write and are killed at one of their requests, and two of them at once: the next plain run puts right what is left, or says what it is."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from account import call
from child_run import ChildRun
from faulted_writes import FREE, ITS_ADDRESS, STORIES, Faulted, Options, Story, nodes
from wire import NEW

SIGNALS = (signal.SIGTERM, signal.SIGKILL)
# Seconds for which a request is held while its client is killed, or another run goes on.
LONG = 30.0
# Seconds after which a held run may go on: by then it has been stopped.
SHORT = 0.2
# Seconds after which an emulator has noticed that a client is gone.
NOTICED = 0.1

DATA = {"name": "data", "size": 250}
OTHER = {**NEW, "name": "other"}
WITH_NEIGHBOURS = {**NEW, "volumes": ["data"], "vpcs": ["front"]}
NEIGHBOURS: tuple[tuple[str, Options], ...] = (("e2e_volume", DATA), ("e2e_vpc", {"name": "front"}))
FURNISHED = (*NEIGHBOURS, ("e2e_node", WITH_NEIGHBOURS), ("e2e_reserved_ip", {"node": "app", "reuse": False}))
TWO = (("e2e_node", NEW), ("e2e_node", OTHER))


def furniture(emulator: Any) -> list[str]:
    """The volumes and addresses, and the node that each is on."""
    volumes = [["volume", one["name"], one["vm_detail"].get("vm_name")] for one in call(emulator, "GET", "block_storage/")]
    addresses = [["address", one["ip_address"], one["vm_name"]] for one in call(emulator, "GET", "reserve_ips/")]
    networks = [["vpc", one["name"], one["vm_count"]] for one in call(emulator, "GET", "vpc/list/")]
    return sorted(map(json.dumps, [*volumes, *addresses, *networks]))


def home(emulator: Any) -> list[str]:
    """The nodes and what is on them."""
    return [*nodes(emulator), *furniture(emulator)]


def _node(write: str, options: Options, before: tuple[tuple[str, Options], ...] = FURNISHED) -> Story:
    return Story("e2e_node", write, options, home, before, billed="node", server=FREE)


#: Beside the writes that meet faults, those that take several steps, in which a run can be killed between two of them.
IN_STEPS: dict[str, Story] = {
    "e2e_node, create with neighbours": _node("create", WITH_NEIGHBOURS, NEIGHBOURS),
    "e2e_node, another plan": _node("update", {**NEW, "plan": "C3.16GB", "allow_downtime": True}),
    "e2e_node, another plan, stopped": _node("update", {**NEW, "plan": "C3.16GB", "allow_downtime": True, "state": "stopped"}),
    "e2e_node, replace with neighbours that are listed": _node("replace", {**WITH_NEIGHBOURS, "image": "Debian 12", "allow_replace": True}),
    "e2e_node, replace with neighbours that are not": _node("replace", {**NEW, "image": "Debian 12", "allow_replace": True}),
    "e2e_node, delete with neighbours": _node("delete", {"name": "app", "state": "absent"}),
    "e2e_volume, create on a node": Story("e2e_volume", "create", {**DATA, "node": "app"}, home, (("e2e_node", NEW),), "volume", server=FREE),
    "e2e_volume, move": Story(
        "e2e_volume", "update", {**DATA, "node": "other", "allow_detach": True}, home, (*TWO, ("e2e_volume", {**DATA, "node": "app"})), server=FREE
    ),
    "e2e_volume, delete on a node": Story(
        "e2e_volume", "delete", {"name": "data", "state": "absent", "allow_detach": True}, home, (*TWO, ("e2e_volume", {**DATA, "node": "app"})), server=FREE
    ),
    "e2e_reserved_ip, move": Story(
        "e2e_reserved_ip",
        "update",
        {"ip_address": ITS_ADDRESS, "node": "other", "allow_detach": True},
        home,
        (*TWO, ("e2e_reserved_ip", {"node": "app", "reuse": False})),
        server=FREE,
    ),
}
#: With reuse: false each run asks for another address, whoever has left a free one.
KILLED = {
    **STORIES,
    **IN_STEPS,
    "e2e_reserved_ip, create": replace(STORIES["e2e_reserved_ip, create"], options={"node": "app", "reuse": True}),
    "e2e_reserved_ip, create unasked": replace(STORIES["e2e_reserved_ip, create"], options={"node": "app"}),
}


class Killed(Faulted):
    """Runs of one story, each in a process of its own."""

    def kill(self, place: int, sign: signal.Signals) -> None:
        """Kill a run at one of its requests, which has had its effect and was not answered."""
        self._begin()
        held = self.emulator.fault({"action": "hang", "seconds": LONG, "when": "after", "skip": place})
        with ChildRun(lambda: self._once(LONG)) as run:
            if run.comes_to(self.emulator, held):
                run.send(sign)
                self.count.failures += 1
                # The request goes on at the server until that notices.
                time.sleep(NOTICED)
        self.emulator.clear_faults()
        self._note(f"{sign.name} at {place} ({self.requests[place]})", list(self._not_put_right()))

    def meet(self, place: int) -> None:
        """Hold a run at one of its requests, which is answered when another run of the same task has gone from its beginning to its end."""
        self._begin()
        held = self.emulator.fault({"action": "slow", "seconds": SHORT, "when": "after", "skip": place})
        with ChildRun(lambda: self._once(LONG)) as first:
            first.comes_to(self.emulator, held)
            first.send(signal.SIGSTOP)
            with ChildRun(lambda: self._once(LONG)) as second:
                results = [second.result()]
            first.send(signal.SIGCONT)
            results.append(first.result())
        self.emulator.clear_faults()
        failed = [result for result in results if result is not None and result.get("failed")]
        self.count.failures += len(failed)
        broken = [one for result in results for one in self._unclear(result)]
        if any(result["error"]["code"] == "ambiguous" for result in failed):
            # It has named both, and a person has to choose.
            self.count.runs += 1
            self.count.faults += [f"{self.story.module} {self.story.write}: met at {place}: {one}" for one in broken]
        else:
            self._note(f"met at {place} ({self.requests[place]})", [*broken, *self._not_put_right()])

    def is_write(self, place: int) -> bool:
        """Whether this request tries to write."""
        return not self.requests[place].startswith("GET")

    def places(self, *, reads: bool) -> list[int]:
        """The requests of a run, or only its writes and those next to them."""
        writes = [place for place in range(len(self.requests)) if self.is_write(place)]
        if reads:
            return list(range(len(self.requests)))
        around = {place + step for place in writes for step in (-1, 0, 1)}
        return sorted(around & set(range(len(self.requests))))

    def _unclear(self, result: Options | None) -> Iterator[str]:
        if result is None:
            yield "a run has no end"
        elif result.get("failed"):
            if result["error"]["code"] == "defect" or "\n" in result["msg"].strip() or not result["msg"].strip():
                yield f"a run fails without a clear line: {result['msg']!r}"

    def _is_told(self, result: Options) -> bool:
        """What a task does not list and a killed replacement has left behind cannot be put back by the next run, and is named by it.

        So is a free address that nobody has said to take.
        """
        found = self.story.seen(self.emulator)
        if result.get("failed"):
            return "reuse" not in self.story.options and "these are free" in result["msg"]
        missing = [json.loads(text) for text in self.goal if text not in found]
        # Nothing tells in which networks a node was that is gone.
        lost = ("vpc",) if result["actions"] == ["created node app"] else ()
        return all(what in lost or (what in ("volume", "address") and any(name in text for text in result["warnings"])) for what, name, *_rest in missing)
