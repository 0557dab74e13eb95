# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is imported with its bytecode kept, and that nothing of it stays behind."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from importlib.machinery import SourceFileLoader

import pytest
from ansible_collections.e2enetworks.cloud.plugins import plugin_utils
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bytecode import bytecode_kept

PLUGINS = pathlib.Path(list(plugin_utils.__path__)[0]).parent
NAME = plugin_utils.__name__.rpartition(".")[0]

IMPORT = f"""
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader([{str(PLUGINS.parents[3])!r}])
from {NAME}.action import e2e_secret
print(e2e_secret.ActionModule.main.__module__)
"""


def test_finds_files_of_the_collection_for_the_loader_of_python() -> None:
    with bytecode_kept():
        spec = sys.meta_path[0].find_spec(f"{NAME}.module_utils.http.pool", [str(PLUGINS / "module_utils" / "http")])
    assert spec is not None and isinstance(spec.loader, SourceFileLoader)
    assert spec.origin == str(PLUGINS / "module_utils" / "http" / "pool.py") and str(spec.cached).endswith(".pyc")


@pytest.mark.parametrize("name, folder", [
    ("elsewhere.module_utils.module", PLUGINS / "module_utils"),
    (f"{NAME}.modules", PLUGINS),
    (f"{NAME}.module_utils.nothing", PLUGINS / "module_utils"),
    (f"{NAME}.module_utils.module", PLUGINS / "missing"),
])
def test_leaves_the_rest_to_ansible(name: str, folder: pathlib.Path) -> None:
    with bytecode_kept():
        assert sys.meta_path[0].find_spec(name, [str(folder)]) is None


def test_imports_are_those_of_ansible_again_after_a_failure() -> None:
    before = list(sys.meta_path)
    with pytest.raises(ImportError), bytecode_kept():
        assert sys.meta_path != before
        raise ImportError
    assert sys.meta_path == before


def test_the_second_process_finds_the_bytecode_of_the_first(tmp_path: pathlib.Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": str(tmp_path)}

    def compiled() -> dict[str, int]:
        ran = subprocess.run([sys.executable, "-c", IMPORT], env=environ, capture_output=True, text=True, check=True)
        assert ran.stdout == f"{NAME}.modules.e2e_secret\n"
        return {path.name.partition(".")[0]: path.stat().st_mtime_ns for path in tmp_path.rglob("e2enetworks/cloud/plugins/**/*.pyc")}

    first = compiled()
    assert {"e2e_secret", "module", "pool", "in_worker"} <= first.keys()
    assert compiled() == first


@pytest.mark.parametrize("module, of_gateways", [
    ("e2e_faas_function", set()),
    ("e2e_faas_stack", {"credentials"}),
    ("e2e_faas_scale", {"client", "credentials", "spec", "transport"}),
])
def test_what_is_only_for_gateways_is_imported_when_a_task_has_one(module: str, of_gateways: set[str]) -> None:
    """What it costs to start is a part of what a task costs, in Ansible's process and in one of its own."""
    imported = f"{IMPORT.replace('e2e_secret', module)}\nimport sys\nprint(*(name for name in sys.modules if 'module_utils.gateway.' in name))"
    ran = subprocess.run([sys.executable, "-c", imported], capture_output=True, text=True, check=True)
    found = {name.rpartition(".")[2] for name in ran.stdout.split()[1:]}
    assert found == of_gateways
