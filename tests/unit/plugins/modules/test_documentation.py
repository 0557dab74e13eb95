# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation of a module says about its options is what the module accepts."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import typing as t
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.e2enetworks.cloud.plugins import modules
from ansible_collections.e2enetworks.cloud.plugins.doc_fragments.connection import ModuleDocFragment as ConnectionFragment
from ansible_collections.e2enetworks.cloud.plugins.doc_fragments.function import ModuleDocFragment as FunctionFragment
from ansible_collections.e2enetworks.cloud.plugins.doc_fragments.gateway import ModuleDocFragment as GatewayFragment
from ansible_collections.e2enetworks.cloud.plugins.doc_fragments.wait import ModuleDocFragment as WaitFragment
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import connection_spec, either_spec

MODULES = tuple(importlib.import_module(f"{modules.__name__}.{found.name}") for found in pkgutil.iter_modules(modules.__path__))
FRAGMENTS = {
    "e2enetworks.cloud.connection": ConnectionFragment.DOCUMENTATION,
    "e2enetworks.cloud.function": FunctionFragment.DOCUMENTATION,
    "e2enetworks.cloud.function.stack": FunctionFragment.STACK,
    "e2enetworks.cloud.wait": WaitFragment.DOCUMENTATION,
    "e2enetworks.cloud.gateway": GatewayFragment.DOCUMENTATION,
    "e2enetworks.cloud.gateway.provider": GatewayFragment.PROVIDER,
    "e2enetworks.cloud.gateway.alone": GatewayFragment.ALONE,
    "e2enetworks.cloud.gateway.unused": GatewayFragment.UNUSED,
}

every_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])


class SpecSeen(BaseException):
    """Carries what a module passes to AnsibleModule out of its main."""

    def __init__(self, **passed: t.Any) -> None:
        self.passed = passed


def passed_to_ansible(module: ModuleType) -> dict[str, t.Any]:
    def capture(*args: t.Any, **passed: t.Any) -> t.NoReturn:
        raise SpecSeen(**passed)

    with pytest.MonkeyPatch.context() as patch:
        original = module.run_module
        patch.setattr(original.__globals__["AnsibleModule"], "__init__", capture)
        with pytest.raises(SpecSeen) as seen:
            module.main()
    return seen.value.passed


@functools.cache
def documented(module: ModuleType) -> dict[str, dict[str, t.Any]]:
    documentation = yaml.safe_load(module.DOCUMENTATION)
    options = dict(documentation.get("options", {}))
    for fragment in documentation["extends_documentation_fragment"]:
        options |= yaml.safe_load(FRAGMENTS.get(fragment, "options: {}"))["options"]
    return options


def as_documented(entry: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    shown = {key: value for key, value in entry.items() if key in ("type", "elements", "choices", "default", "required", "aliases")}
    return {key: float(value) if key == "default" and entry["type"] == "float" else value for key, value in shown.items()}


@every_module
def test_options_are_those_of_the_documentation(module: ModuleType) -> None:
    passed = passed_to_ansible(module)
    accepted = {name: as_documented(entry) for name, entry in passed["argument_spec"].items()}
    assert accepted == {name: as_documented(entry) for name, entry in documented(module).items()}
    assert passed["supports_check_mode"] is True


@every_module
def test_the_module_and_its_file_have_one_name(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    assert yaml.safe_load(module.DOCUMENTATION)["module"] == name
    tasks = yaml.safe_load(module.EXAMPLES)
    assert any(f"e2enetworks.cloud.{name}" in task for task in tasks)


@every_module
def test_examples_use_only_options_that_exist(module: ModuleType) -> None:
    accepted = {f"e2enetworks.cloud.{other.__name__.rpartition('.')[2]}": documented(other) for other in MODULES}
    for task in yaml.safe_load(module.EXAMPLES):
        for action in task.keys() & accepted.keys():
            aliases = {alias for entry in accepted[action].values() for alias in entry.get("aliases", ())}
            assert (task[action] or {}).keys() <= accepted[action].keys() | aliases, task["name"]


@every_module
def test_whatever_holds_a_secret_is_marked(module: ModuleType) -> None:
    spec = passed_to_ansible(module)["argument_spec"]
    secret = {name for name, entry in spec.items() if entry.get("no_log")}
    connection = {"api_key", "auth_token", *({"gateway_password", "gateway_token"} & spec.keys())}
    own = {"secret_env", "value", "value_file", "encryption_passphrase", "start_script", "secret_values", "build_args", "headers"}
    assert secret == connection | (own & spec.keys())


@every_module
def test_defaults_for_a_group_suit_every_module_in_it(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    groups = yaml.safe_load((Path(__file__).parents[4] / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    assert name in groups["all"]
    assert (name in groups["gateway"]) == ("gateway_url" in documented(module))
    accepted = passed_to_ansible(module)["argument_spec"]
    group = either_spec() if name in groups["gateway"] else connection_spec()
    assert accepted.keys() >= group.keys()
    assert all(accepted[option]["type"] == entry["type"] for option, entry in group.items())
    assert name not in groups["gateway"] or "openfaas" in accepted["provider"]["choices"]


def test_the_capture_leaves_ansible_as_it_was() -> None:
    passed_to_ansible(MODULES[0])
    assert not isinstance(basic.AnsibleModule.__init__, functools.partial)
    assert basic.AnsibleModule.__init__.__qualname__ == "AnsibleModule.__init__"
