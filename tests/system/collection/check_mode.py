# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode held against the run, for walks through random wanted states: each state is the world that the next one finds.

For every step: check mode sends no write; what it says will change, show and be returned is what the run then says, apart from what only the server
assigns; where the run is refused, check mode has refused or warned with the same words; and a second run sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from gateways import IMAGE
from in_process import InProcess
from samples import NOT_RUNNABLE
from wire import KEY, OTHER_KEY

Options = dict[str, Any]


@dataclass
class Count:
    """What the walks have seen."""

    pairs: int = 0
    changes: int = 0
    refusals: int = 0

    def __str__(self) -> str:
        return f"{self.pairs:,} pairs, {self.changes:,} of them changes and {self.refusals:,} refused"


@dataclass(frozen=True)
class Kind:
    """One changing module.

    :param wanted: the options of a task.
    :param assigned: fields of the result that only the server can fill; check mode returns null for them.
    :param untold: fields that the server's answers leave out, so that the run returns null for them.
    :param before: tasks of other modules that make what the options name.
    """

    module: str
    key: str
    wanted: st.SearchStrategy[Options]
    assigned: frozenset[str] = frozenset()
    before: tuple[tuple[str, Options], ...] = ()
    untold: frozenset[str] = frozenset()
    server: dict[str, Any] = field(default_factory=dict)


def options(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Options]:
    return st.fixed_dictionaries(required, optional=optional)


def some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def several(*values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values)) if isinstance(values[0], str) else st.lists(
        st.sampled_from(values), unique_by=str, max_size=len(values)
    )


# More often there than not: a walk of nothing but deletions proves little.
STATE = some("present", "present", "present", "absent")
ALLOWED = some(True, True, False)

HTTPS = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "443"}
SSH = {"rule_type": "Inbound", "protocol_name": "Custom_TCP", "port_range": "22", "network": "10.1.0.0/24", "description": "office"}
OUT = {"rule_type": "Outbound"}
UDP = {"rule_type": "Inbound", "protocol_name": "Custom_UDP", "port_range": "1000-2000"}

NODES = tuple(("e2e_node", {"name": name, "plan": "C3.8GB", "image": "Ubuntu 24.04"}) for name in ("web", "mail"))
AROUND_NODES: tuple[tuple[str, Options], ...] = (
    ("e2e_vpc", {"name": "front"}),
    ("e2e_vpc", {"name": "back"}),
    ("e2e_volume", {"name": "data", "size": 250}),
    ("e2e_volume", {"name": "logs", "size": 250}),
    ("e2e_security_group", {"name": "web", "rules": [HTTPS]}),
    ("e2e_security_group", {"name": "db", "rules": [SSH]}),
    ("e2e_ssh_key", {"label": "deploy", "ssh_key": KEY}),
    ("e2e_ssh_key", {"label": "ops", "ssh_key": OTHER_KEY}),
)

NODE_ASSIGNED = frozenset(
    {
        "id",
        "vm_id",
        "public_ip_address",
        "private_ip_address",
        "created_at",
        "price",
        "os",
        "recovery_mode",
        "rescue_mode_status",
        "security_group_count",
        "is_vpc_attached",
        "is_active",
        "is_monitored",
        "is_bitninja_active",
        "is_encryption_enabled",
        "is_accidental_protection",
        "is_node_compliance",
    }
)

ACCOUNT = {
    kind.module: kind
    for kind in (
        Kind(
            "e2e_ssh_key",
            "ssh_key",
            options({"label": some("deploy", "ops"), "state": STATE}, ssh_key=some(KEY, OTHER_KEY), allow_replace=ALLOWED),
            frozenset({"id", "type", "created"}),
        ),
        Kind(
            "e2e_security_group",
            "security_group",
            options(
                {"name": some("web", "db"), "state": STATE},
                description=some("", "Web", " Web\n", "--"),
                rules=several(HTTPS, SSH, OUT, UDP),
                default=st.booleans(),
            ),
            frozenset({"id"}),
        ),
        Kind(
            "e2e_vpc",
            "vpc",
            options({"name": some("front", "back"), "state": STATE}, ipv4=some("10.10.0.0/23", "10.20.0.0/23"), allow_replace=ALLOWED),
            frozenset({"id", "ipv4", "is_active", "gateway", "gateway_node", "created_at", "subnets"}),
        ),
        Kind(
            "e2e_volume",
            "volume",
            options(
                {"name": some("data", "logs"), "state": STATE, "size": some(250, 250, 500, 1000)}, node=some("", "web", "mail"), allow_detach=ALLOWED
            ),
            frozenset({"id"}),
            NODES,
        ),
        Kind(
            "e2e_reserved_ip",
            "reserved_ip",
            options({}, node=some("", "web", "mail"), reuse=st.booleans(), live_reserve=st.booleans(), allow_detach=ALLOWED),
            frozenset({"id", "ip_address", "type", "bought_at", "status"}),
            NODES,
        ),
        Kind(
            "e2e_image",
            "image",
            options({"name": some("gold", "silver"), "state": STATE}, node=some("web", "mail")),
            frozenset({"id", "os", "created_at", "size", "template_id", "version", "min_disk", "running_nodes", "state", "is_windows"}),
            NODES,
        ),
        Kind(
            "e2e_node",
            "node",
            options(
                {
                    "name": some("app", "web"),
                    "state": some("present", "present", "started", "stopped", "absent"),
                    "plan": some("C3.8GB", "C3.16GB"),
                    "image": some("Ubuntu 24.04", "Debian 12"),
                },
                label=some("front", "back"),
                ssh_keys=several("deploy", "ops"),
                security_groups=several("web", "db", "default").filter(bool),
                vpcs=several("front", "back"),
                volumes=several("data", "logs"),
                locked=st.booleans(),
                backups=st.booleans(),
                allow_replace=ALLOWED,
                allow_downtime=ALLOWED,
                allow_detach=ALLOWED,
            ),
            NODE_ASSIGNED,
            AROUND_NODES,
        ),
    )
}

# What check mode cannot know is that the API takes one form only, where the task insists on the other.
UPLOADS = {"both": some("auto", "zip", "text"), "json": some("auto", "text"), "zip": some("auto", "zip")}
FUNCTION = options(
    {"name": some("one", "two"), "state": STATE, "runtime": some(NOT_RUNNABLE, NOT_RUNNABLE, "ruby"), "code": some("// one", "// two")},
    memory=some(128, 256),
    timeout=some(10, 60),
    env=some({}, {"MODE": "fast"}, {"MODE": "slow", "LINES": "a\n  b"}),
    secret_env=some({}, {"TOKEN": "a-secret-token"}, {"TOKEN": "another-token"}),
    when_unknown=some("update", "keep"),
    allow_replace=ALLOWED,
)
# What a read of the least that the API may return (reference B.5) does not tell, and nobody can predict.
UNTOLD = frozenset({"memory", "timeout", "hardware", "env_names", "secret_env_names", "secrets", "digest"})


def function(readback: str, forms: str) -> Kind:
    untold = UNTOLD if readback == "minimal" else frozenset()
    wanted = st.builds(lambda one, upload: {**one, "upload": upload}, FUNCTION, UPLOADS[forms])
    server = {"readback": readback, "create_forms": forms}
    return Kind("e2e_faas_function", "function", wanted, frozenset({"id", "url"}), untold=untold, server=server)


FUNCTIONS = {f"function, {readback}, {forms}": function(readback, forms) for readback in ("full", "no-code", "minimal") for forms in ("both", "json", "zip")}

GATEWAY_FUNCTION = options(
    {"provider": st.just("openfaas"), "name": some("one", "two"), "state": STATE, "image": some(IMAGE, f"{IMAGE}-alpine"), "env_process": some("cat", "env")},
    env=some({}, {"MODE": "fast"}, {"MODE": "slow", "QUERY": "a=b=c"}),
    secret_env=some({}, {"TOKEN": "a-secret-token"}, {"TOKEN": "another-token"}),
    secrets=several("password", "token"),
    labels=some({}, {"team": "billing"}, {"team": "shop", "tier": "1"}, {"com.openfaas.scale.min": "2"}),
    annotations=some({}, {"owner": "somebody"}),
    limits=some({"memory": "128Mi"}, {"memory": "256Mi"}, {"memory": "134217728"}),
    requests=some({"memory": "64Mi"}, {"memory": "128Mi", "cpu": "100m"}),
    replicas=some({"min": 1, "max": 3}, {"min": 2, "max": 5}),
    read_only_root_filesystem=st.booleans(),
)
SECRETS = tuple(("e2e_secret", {"name": name, "value": f"the value of {name}"}) for name in ("password", "token"))


def gateway(dialect: str) -> dict[str, Kind]:
    server = {"gateway_dialect": dialect}
    kinds = (
        Kind("e2e_faas_function", "function", GATEWAY_FUNCTION, frozenset({"id"}), SECRETS, server),
        Kind(
            "e2e_secret",
            "secret",
            options(
                {"name": some("password", "token"), "value": some("the value", "another value"), "state": STATE, "update": some("on_create", "on_create")},
                force=st.booleans(),
            ),
            server=server,
        ),
        Kind(
            "e2e_faas_namespace",
            "namespace",
            options({"name": some("staging", "production"), "state": STATE}, labels=some({}, {"team": "shop"}, {"team": "billing"})),
            server=server,
        ),
        Kind(
            "e2e_faas_scale",
            "function",
            options({"name": some("one", "two"), "replicas": some(1, 1, 2, 5)}),
            before=(("e2e_faas_function", {"provider": "openfaas", "name": "one", "image": IMAGE, "env_process": "cat"}),),
            server=server,
        ),
    )
    return {f"{kind.module}, {dialect}": kind for kind in kinds}


KINDS = {**ACCOUNT, **FUNCTIONS, **gateway("faasd"), **gateway("kubernetes")}


class Walks:
    """Walks of one kind of resource on one server."""

    def __init__(self, kind: Kind, emulator: Any, count: Count) -> None:
        self.kind = kind
        self.emulator = emulator
        self.count = count
        self.run = InProcess({**emulator.env, **emulator.gateway_env})

    def take(self, examples: int, chance: str, steps: int = 6) -> None:
        """Go on so many walks, each from the beginning of the world; the shortest that fails is shown."""

        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
        @seed(chance)
        @given(st.lists(self.kind.wanted, min_size=2, max_size=steps))
        def walk(wanted: list[Options]) -> None:
            self.emulator.reset()
            for module, given_options in self.kind.before:
                result = self.run.module(module, **given_options)
                assert not result.get("failed"), result
            for step in wanted:
                self.pair(step)

        walk()

    def pair(self, wanted: Options) -> None:
        """One step: check mode, the run, and the run again."""
        self.count.pairs += 1
        before = self.emulator.writes()
        predicted = self.run.module(self.kind.module, check_mode=True, **wanted)
        assert self.emulator.writes() == before, "check mode has sent a write"
        real = self.run.module(self.kind.module, **wanted)
        if real.get("failed"):
            self.refused(predicted, real, sent=self.emulator.writes() - before)
            return
        assert not predicted.get("failed"), f"only check mode fails: {predicted['msg']}"
        for what in ("changed", "diff"):
            assert predicted[what] == real[what], f"{what}: {predicted[what]} was predicted, and is {real[what]}"
        assert len(predicted["actions"]) == len(real["actions"]), (predicted["actions"], real["actions"])
        self.alike(predicted[self.kind.key], real[self.kind.key], self.kind.assigned if real["changed"] else frozenset())
        assert real["changed"] or self.emulator.writes() == before, "an unchanged run has sent a write"
        self.count.changes += real["changed"]
        after = self.emulator.writes()
        again = self.run.module(self.kind.module, **wanted)
        assert not again.get("failed"), f"the second run fails: {again['msg']}"
        if any("is sent again and reported as changed" in warning for warning in again["warnings"]):
            return
        assert (again["changed"], again["diff"], again["actions"], self.emulator.writes() - after) == (False, [], [], 0), again["actions"]

    def refused(self, predicted: Options, real: Options, *, sent: int) -> None:
        self.count.refusals += 1
        assert real["error"]["code"] != "defect", real
        if predicted.get("failed"):
            assert (predicted["msg"], sent) == (real["msg"], 0)
        else:
            foretold = real["msg"].split(". ", maxsplit=1)[0]
            assert any(foretold in warning for warning in predicted["warnings"]), f"check mode says nothing of this: {real['msg']}"

    def alike(self, predicted: Options, real: Options, assigned: frozenset[str]) -> None:
        assert predicted.keys() == real.keys()
        for name, value in real.items():
            if predicted[name] != value:
                is_open = (name in assigned and predicted[name] is None) or (name in self.kind.untold and value is None)
                assert is_open, f"{name}: {predicted[name]!r} was predicted, and is {value!r}"
