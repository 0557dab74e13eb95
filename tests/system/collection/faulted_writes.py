# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One fault at one request of a run that writes: nothing is made twice, nothing is lost, nothing is kept quiet, and the next plain run converges.

A plain run tells which requests there are; each of them is then met by every fault, before and after its effect. What exists afterwards is read from
the emulator, never from the module.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from account import call
from gateways import IMAGE
from in_process import InProcess
from samples import NOT_RUNNABLE
from wire import KEY, NEW, OTHER_KEY

Options = dict[str, Any]
Fault = dict[str, Any]

# Seconds until a run gives up on an answer; a fault that hangs does so for longer.
API_TIMEOUT = 0.3

ANSWERS: dict[str, Fault] = {
    "reset": {"action": "reset"},
    "hang": {"action": "hang", "seconds": 4 * API_TIMEOUT},
    "page": {"action": "html"},
    "page with 200": {"action": "html", "status": 200},
    "429": {"action": "rate_limit"},
    **{str(status): {"action": "status", "status": status} for status in (500, 502, 503, 504)},
    "failure": {"action": "failure_envelope"},
    "empty": {"action": "empty"},
}
FAULTS: dict[str, Fault] = {
    **{f"{name} {when}": {**fault, "when": when} for name, fault in ANSWERS.items() for when in ("before", "after")},
    "cut after": {"action": "cut", "when": "after"},
}
# Answers that say that nothing was done. After the effect they are not true, and no client can tell.
DENIALS = ("429 after", "failure after")

# Stands for the address that the last task before the run has reserved.
ITS_ADDRESS = "its address"


@dataclass(frozen=True)
class Story:
    """One write of one kind of resource.

    :param before: tasks that make the world which the run finds.
    :param options: the run.
    :param seen: what exists of its kind, as texts that name it and hold what the run changes.
    :param billed: its kind on the emulator's bill.
    :param repeats: every run sends what cannot be compared, as the module documents.
    :param told_nothing: faults that look like a success of this write, so that no client can tell.
    """

    module: str
    write: str
    options: Options
    seen: Callable[[Any], list[str]]
    before: tuple[tuple[str, Options], ...] = ()
    billed: str = ""
    repeats: bool = False
    told_nothing: tuple[str, ...] = ()
    server: dict[str, Any] = field(default_factory=dict)

    @property
    def is_slow(self) -> bool:
        """Whether a run takes seconds: processes of a gateway's functions start and end."""
        return self.module == "e2e_faas_function" and "gateway_dialect" in self.server


@dataclass
class Count:
    """What was tried, and how it ended."""

    runs: int = 0
    creates: int = 0
    failures: int = 0
    duplicates: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.runs:,} faulted writes, {self.creates:,} of them creates, {self.failures:,} clear failures, {self.duplicates:,} duplicates, "
            f"{len(self.faults):,} broken promises"
        )


def listed(path: str, *names: str) -> Callable[[Any], list[str]]:
    """What a list of the account holds, by these fields."""
    return lambda emulator: sorted(json.dumps([item.get(name) for name in names]) for item in call(emulator, "GET", path))


def held(what: str, *names: str) -> Callable[[Any], list[str]]:
    """What the gateway holds."""

    def seen(emulator: Any) -> list[str]:
        return sorted(json.dumps([item.get(name) for name in names]) for item in emulator.gateway()[what])

    return seen


def nodes(emulator: Any) -> list[str]:
    """The nodes with what only their details tell."""
    details = [call(emulator, "GET", f"nodes/{node['id']}/") for node in call(emulator, "GET", "nodes/")]
    return sorted(json.dumps([node[name] for name in ("name", "status", "plan", "os_info")]) for node in details)


def groups(emulator: Any) -> list[str]:
    """The security groups with the ports that their rules open."""
    return sorted(json.dumps([group["name"], [rule["port_range"] for rule in group["rules"]]]) for group in call(emulator, "GET", "security_group/"))


VPCS = listed("vpc/list/", "name")
VOLUMES = listed("block_storage/", "name", "size_string")
KEYS = listed("ssh_keys/", "label", "ssh_key")
ADDRESSES = listed("reserve_ips/", "vm_name")
IMAGES = listed("images/saved-images/", "name")
FUNCTIONS = listed("faas/functions/", "name", "runtime", "memory", "code")
FREE = {"names": "free"}

HTTPS = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}


def stories(module: str, seen: Callable[[Any], list[str]], new: Options, **how: Any) -> list[Story]:
    """Create and delete, and a change where ``changed`` holds its options and a replacement where ``replaced`` does."""
    around = how.pop("around", ())
    changes = {write: how.pop(write) for write in ("update", "replace") if write in how}
    there = (*around, (module, new))
    gone = how.pop("delete", new)
    return [
        Story(module, "create", new, seen, around, **how),
        *(Story(module, write, {**new, **options}, seen, there, **how) for write, options in changes.items()),
        Story(module, "delete", {**gone, "state": "absent"}, seen, there, **how),
    ]


FUNCTION = {"name": "one", "runtime": NOT_RUNNABLE, "code": "// one", "memory": 128}
GATEWAY_FUNCTION = {"provider": "openfaas", "name": "one", "image": IMAGE, "env_process": "cat"}

ACCOUNT: list[Story] = [
    *stories(
        "e2e_node",
        nodes,
        NEW,
        update={"plan": "C3.16GB", "allow_downtime": True},
        replace={"image": "Debian 12", "allow_replace": True},
        billed="node",
        server=FREE,
    ),
    *stories("e2e_volume", VOLUMES, {"name": "data", "size": 250}, update={"size": 500}, billed="volume", server=FREE),
    *stories("e2e_vpc", VPCS, {"name": "front"}, billed="vpc", server=FREE),
    *stories("e2e_security_group", groups, {"name": "web", "rules": []}, update={"rules": [HTTPS]}),
    *stories("e2e_ssh_key", KEYS, {"label": "deploy", "ssh_key": KEY}, replace={"ssh_key": OTHER_KEY, "allow_replace": True}),
    *stories(
        "e2e_reserved_ip",
        ADDRESSES,
        {"node": "app", "reuse": False},
        delete={"ip_address": ITS_ADDRESS, "allow_detach": True},
        around=(("e2e_node", NEW),),
        billed="reserved_ip",
    ),
    *stories("e2e_image", IMAGES, {"name": "gold", "node": "app"}, around=(("e2e_node", NEW),), billed="image", server=FREE),
    *stories("e2e_faas_function", FUNCTIONS, FUNCTION, update={"code": "// two"}, replace={"runtime": "ruby", "allow_replace": True}),
]


SECRET = {"name": "token", "value": "one", "update": "on_create"}


def gateway(dialect: str) -> list[Story]:
    server = {"gateway_dialect": dialect}
    secrets = held("secrets", "name", "value")
    rotated = {"name": "token", "value": "two"}
    return [
        *stories("e2e_faas_function", held("functions", "service", "image"), GATEWAY_FUNCTION, update={"image": f"{IMAGE}-alpine"}, server=server),
        *stories("e2e_secret", secrets, SECRET, server=server),
        # A value is never read back, and a success has no body.
        Story("e2e_secret", "update", rotated, secrets, (("e2e_secret", SECRET),), repeats=True, told_nothing=("empty before",), server=server),
    ]


STORIES = {
    f"{story.module}, {story.write}{', ' + story.server['gateway_dialect'] if 'gateway_dialect' in story.server else ''}": story
    for story in (*ACCOUNT, *gateway("faasd"), *gateway("kubernetes"))
}


def shared(factory: Callable[..., Any], **options: Any) -> Callable[[Story], Any]:
    """Gives the server of a story; stories that want the same kind share it, for each case begins with an empty one."""
    start = functools.cache(lambda server: factory(**options, **dict(server)))
    return lambda story: start(tuple(sorted(story.server.items())))


class Faulted:
    """Faulted runs of one story on one server."""

    def __init__(self, story: Story, emulator: Any, count: Count) -> None:
        self.story = story
        self.emulator = emulator
        self.count = count
        self._run = InProcess({**emulator.env, **emulator.gateway_env})
        self._address = ""
        self.plain = self._begin_and_run()
        #: What exists after a run that met no fault.
        self.goal = story.seen(emulator)
        self._made = self._created()
        #: The requests of such a run, as method and path; a fault is armed at one of their places.
        self.requests = [f"{one['method']} {one['path']}" for one in emulator.requests()]
        assert not self.plain.get("failed") and self.plain["changed"], self.plain

    def cases(self) -> list[tuple[int, str]]:
        return [(place, name) for place in range(len(self.requests)) for name in FAULTS if name not in self.story.told_nothing]

    def take(self, place: int, name: str) -> None:
        """Meet one fault at one request. What it breaks is noted, so that one finding does not hide the next."""
        self._begin()
        before = self.story.seen(self.emulator)
        self.emulator.fault({**FAULTS[name], "skip": place})
        first = self._once()
        self.emulator.clear_faults()
        self.count.failures += bool(first.get("failed"))
        self._note(f"{name} at {place} ({self.requests[place]})", [*self._untrue(first, before, name), *self._not_put_right()])

    def _note(self, what: str, broken: list[str]) -> None:
        """Count one case, and what it breaks."""
        duplicates = max(0, self._created() - self._made)
        if duplicates and self.story.write == "create":
            broken = [*broken, f"{duplicates} too many were made and billed"]
            self.count.duplicates += duplicates
        self.count.runs += 1
        self.count.creates += self.story.write == "create"
        self.count.faults += [f"{self.story.module} {self.story.write}: {what}: {one}" for one in broken]

    def _not_put_right(self) -> Iterator[str]:
        """What is wrong with the next plain run, and with the one after it."""
        second = self._once()
        writes = self.emulator.writes()
        third = self._once()
        if second.get("failed"):
            if not self._is_told(second):
                yield f"the next run fails: {second['msg']}"
        elif self.story.seen(self.emulator) != self.goal and not self._is_told(second):
            yield f"the next run ends with {self.story.seen(self.emulator)}, not {self.goal}"
        elif not self.story.repeats and (third.get("failed") or third["changed"] or self.emulator.writes() != writes):
            yield f"the run after the next one is not unchanged: {third.get('msg', third.get('actions'))}"

    def _is_told(self, result: Options) -> bool:
        """Whether a run that does not reach its goal says what is missing. A fault alone is never an excuse."""
        return False

    def _untrue(self, result: Options, before: list[str], name: str) -> list[str]:
        after = self.story.seen(self.emulator)
        if not result.get("failed"):
            found = [] if after == self.goal else [f"the run ends well with {after}, not {self.goal}"]
            return found + ([] if result["changed"] or after == before else ["what has changed is reported as unchanged"])
        found = [f"a defect: {result['msg']}"] if result["error"]["code"] == "defect" else []
        if "\n" in result["msg"].strip() or not result["msg"].strip():
            found.append(f"not one line: {result['msg']!r}")
        if after != before and not result["changed"] and result["error"]["outcome_known"] and name not in DENIALS:
            found.append(f"a write took effect and is kept quiet: {result['msg']}")
        return found

    def _begin(self) -> None:
        self.emulator.reset()
        for module, options in self.story.before:
            result = self._run.module(module, **options)
            assert not result.get("failed"), result
            self._address = result.get("reserved_ip", {}).get("ip_address", "")
        self.emulator.clear_requests()

    def _begin_and_run(self) -> Options:
        self._begin()
        return self._once()

    def _once(self, api_timeout: float = API_TIMEOUT) -> Options:
        options = {name: self._address if value == ITS_ADDRESS else value for name, value in self.story.options.items()}
        return self._run.module(self.story.module, **options, api_timeout=api_timeout)

    def _created(self) -> int:
        """How many the emulator goes on billing; what costs nothing is counted by what exists."""
        if not self.story.billed:
            return len(self.story.seen(self.emulator))
        return int(self.emulator.bill()["running"].get(self.story.billed, 0))


def summary(faults: list[str], most: int = 40) -> str:
    """The broken promises, and how many more there are of each story."""
    rest = Counter(fault.split(":", maxsplit=1)[0] for fault in faults[most:])
    return "\n".join([*faults[:most], *(f"and {number} more: {story}" for story, number in rest.items())])
