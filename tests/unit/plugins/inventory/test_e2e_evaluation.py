# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts, variables and groups are those of Ansible's own evaluation, one host after the other, whatever a file asks for."""

from __future__ import annotations

import pathlib
import re
import sys
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import Constructable
from ansible.plugins.loader import inventory_loader
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils import inventory_draft
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.inventory.conftest import PLUGIN
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

try:
    from ansible.template import is_trusted_as_template
except ImportError:  # ansible-core 2.18, which marks what it must not evaluate instead

    def is_trusted_as_template(value: object) -> bool:
        return not hasattr(value, "__UNSAFE__")


TEXTS = st.sampled_from(
    ["web", "db", "Web 1", "", "7", "007", "1.5", "True", "False", "none", "[1, 2]", "{'a': 1}", "{{ 7 * 7 }}", "{% raw %}", "a-b", "é", "web\n", "\\n"]
)
SCALARS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(0, 3))
SYSTEMS = st.one_of(st.none(), st.fixed_dictionaries({"name": TEXTS, "version": SCALARS}))
RECORDS = st.lists(
    st.fixed_dictionaries({"label": TEXTS, "plan": SCALARS, "vcpus": st.one_of(st.none(), st.integers(0, 3)), "is_locked": st.booleans(), "os": SYSTEMS}),
    min_size=1,
    max_size=5,
)

ATOMS = st.sampled_from(
    ["e2e_name", "e2e_label", "e2e_plan", "e2e_vcpus", "e2e_is_locked", "e2e_os", "e2e_os.name", "e2e_os['version']", "e2e_missing", "e2e_missing.deep"]
    + ["'web'", "'True'", "'a\\\\b'", "7", "true", "none", "['web', 'db']", "'{{ e2e_label }}'", "inventory_hostname", "group_names", "omit", "range"]
    + ["lookup('ansible.builtin.env', 'E2E_LOCATION')"]
)
SHAPES = [
    "{a} ~ {b}", "{a} == {b}", "{a} in {b}", "{a} if {b} else 'x'", "({a}) | lower", "({a}) | upper", "({a}) | default('d')", "({a}) | default('d', true)",
    "({a}) | int", "({a}) | string", "({a}) | length", "({a}) | bool", "({a}) | list", "({a}) | replace('w', 'x')", "({a}) | regex_replace('^w', 'x')",
    "({a}) is defined", "({a}) is match('w')", "({a}) is none", "not ({a})", "({a}) and ({b})", "({a}) or ({b})", "[{a}, {b}]", "{{'k': {a}}}", "{a} + {b}",
    "({a}) | hash('md5')", "({a}) | ternary('yes', {b})", "({a}) | no_such_filter", "({a}) is no_such_test", "{a} )", "({a}) | first", "{a}.upper()",
]  # fmt: skip
EXPRESSIONS = st.recursive(
    ATOMS, lambda inner: st.builds(lambda shape, a, b: shape.format(a=a, b=b), st.sampled_from(SHAPES), inner, inner), max_leaves=4
)
KEYED = st.lists(
    st.fixed_dictionaries(
        {"key": EXPRESSIONS},
        optional={
            "prefix": st.sampled_from(["", "p"]),
            "separator": st.sampled_from(["", "-"]),
            "parent_group": st.sampled_from(["above", "{{ e2e_label }}", "all"]),
            "default_value": st.just("none"),
            "trailing_separator": st.booleans(),
        },
    ),
    max_size=3,
)
HOSTNAMES = st.lists(st.one_of(EXPRESSIONS, st.sampled_from(["{{ e2e_name }}.{{ e2e_label | lower }}", "{{ e2e_os.name }}-{{ e2e_id }}"])), max_size=2)
OPTIONS = st.fixed_dictionaries(
    {"compose": st.dictionaries(st.sampled_from(["a", "e2e_os", "e2e_label"]), EXPRESSIONS, max_size=2)},
    optional={
        "groups": st.dictionaries(st.sampled_from(["g", "web", "all", "a-b"]), EXPRESSIONS, max_size=2),
        "keyed_groups": KEYED,
        "hostnames": HOSTNAMES,
        "strict": st.booleans(),
        "leading_separator": st.booleans(),
        "use_extra_vars": st.booleans(),
    },
)


def marks(value: t.Any) -> t.Any:
    """What may be evaluated, of all texts of a value."""
    if isinstance(value, dict):
        return {key: marks(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marks(item) for item in value]
    return isinstance(value, str) and is_trusted_as_template(value)


def read(folder: pathlib.Path, options: t.Mapping[str, t.Any], records: t.Sequence[dict[str, t.Any]]) -> t.Any:
    """All that comes out of a run, or its failure."""
    path = folder / "e2e.yml"
    path.write_text(yaml.safe_dump({"plugin": PLUGIN, **CREDENTIALS, **options}), encoding="utf-8")
    plugin, inventory = inventory_loader.get(PLUGIN), InventoryData()
    basics = {"project_id": "42", "location": "Delhi", "public_ip_address": None, "private_ip_address": "10.0.0.1"}
    plugin._records = lambda *arguments: [{"id": number, "name": f"n{number % 3}", **basics, **record} for number, record in enumerate(records)]
    try:
        plugin.parse(inventory, DataLoader(), str(path))
    except AnsibleParserError as error:
        # Ansible's own evaluation gives a number a class of its own, whose name is in a message.
        return re.sub(r"<class '[^']*'>", "a type", str(error))
    groups = {name: ([host.name for host in group.hosts], [child.name for child in group.child_groups]) for name, group in inventory.groups.items()}
    # Ansible takes the groups above a group from a set, so they come in any order.
    return groups, {name: (repr(host.vars), marks(host.vars), sorted(group.name for group in host.groups)) for name, host in inventory.hosts.items()}


def read_one_by_one(folder: pathlib.Path, options: t.Mapping[str, t.Any], records: t.Sequence[dict[str, t.Any]]) -> t.Any:
    """The same with everything compiled and evaluated by Ansible for each host."""
    kind = type(inventory_loader.get(PLUGIN))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "_compose", Constructable._compose)
        patch.setattr(sys.modules[kind.__module__], "compile_once", lambda templar: None)
        patch.setattr(inventory_draft.Entry, "key", lambda entry, variables: None)
        return read(folder, options, records)


WEB = {"label": "web", "plan": "C3.8GB", "vcpus": 2, "is_locked": False, "os": {"name": "Ubuntu", "version": "24.04"}}


@example({"compose": {"a": "e2e_os", "e2e_os": "{'name': e2e_label}"}, "keyed_groups": [{"key": "e2e_os"}]}, [WEB, WEB, {**WEB, "label": "db"}])
@example({"compose": {"a": "e2e_plan | string"}, "keyed_groups": [{"key": "e2e_plan | string"}]}, [{**WEB, "plan": plan} for plan in (1, True, "1", "True")])
@example({"compose": {"a": "e2e_plan == 1"}, "groups": {"g": "e2e_plan == 1"}}, [{**WEB, "plan": plan} for plan in (1, "1", 2)])
@example({"compose": {"a": "[e2e_label]"}, "keyed_groups": [{"key": "[e2e_label, 'x']", "parent_group": "n0"}]}, [WEB, WEB])
@example({"compose": {}, "groups": {"web": "e2e_label == 'web'"}, "hostnames": ["e2e_label"]}, [WEB, {**WEB, "label": "db"}, WEB])
@example({"compose": {"a": "e2e_label | lower"}, "groups": {"g": "e2e_label | lower == 'web'"}}, [{**WEB, "label": "{{ 7 * 7 }}"}, WEB, WEB])
@example({"compose": {"a": "'a\\\\d' ~ e2e_label"}, "groups": {"g": "e2e_label is match('w\\\\w')"}}, [WEB, WEB])
@example({"compose": {}, "groups": {"g": "'{{ e2e_label }}' == 'web'"}}, [WEB, {**WEB, "label": "db"}])
@given(OPTIONS, RECORDS)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_evaluating_once_is_evaluating_for_each(tmp_path: pathlib.Path, options: dict[str, t.Any], records: list[dict[str, t.Any]]) -> None:
    assert read(tmp_path, options, records) == read_one_by_one(tmp_path, options, records)


def test_nodes_with_the_same_values_are_evaluated_once(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def count(plugin: t.Any, template: t.Any, variables: t.Any, *more: t.Any, **named: t.Any) -> t.Any:
        asked.append(template)
        return compose(plugin, template, variables, *more, **named)

    compose = Constructable._compose
    monkeypatch.setattr(Constructable, "_compose", count)
    options = {"compose": {"a": "e2e_label | upper", "b": "e2e_name ~ '.test'"}, "keyed_groups": [{"key": "e2e_plan | lower"}], "hostnames": ["e2e_id"]}
    groups, hosts = read(tmp_path, options, [{**WEB, "label": ("web", "db")[number % 2]} for number in range(20)])
    assert sorted(asked) == sorted(["e2e_label | upper"] * 2 + ["e2e_name ~ '.test'"] * 3 + ["e2e_plan | lower"])
    assert len(groups["_c3_8gb"][0]) == len(hosts) == 20
