# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module costs before it does anything: its import, and the file that Ansible makes for a process of its own."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path, PurePosixPath

from ansible.executor.module_common import modify_module
from ansible.modules import ping
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar

from .rows import Row
from .runs import Bench, command
from .tasks import COLLECTION

PART = "startup"
MODULES = "ansible_collections.e2enetworks.cloud.plugins.modules"

# What every module of any collection imports is not counted.
_IMPORT = f"""
import importlib, json, sys, time
import ansible.module_utils.basic
sys.path.insert(0, sys.argv[2])
before, began = set(sys.modules), time.process_time()
importlib.import_module("{MODULES}." + sys.argv[1])
spent = time.process_time() - began
new = sys.modules.keys() - before
print(json.dumps([spent, sum(name.startswith("ansible_collections.") for name in new), "requests" in sys.modules]))
"""


def measure(bench: Bench) -> list[Row]:
    """A row for each module, with the processor time of its import above that of ``ansible.module_utils.basic``."""
    init_plugin_loader()
    archive = _archive(bench.folder / "collection.zip")
    least = _payload("ansible.builtin.ping", Path(ping.__file__))
    modules = sorted((COLLECTION / "plugins" / "modules").glob("e2e_*.py"))
    return [Row(PART, "ansible.builtin.ping", note=f"a payload of {least / 1024:.0f} KiB", peer=True), *(_row(path, archive, bench.runs) for path in modules)]


def _archive(path: Path) -> Path:
    """The code as a module's process finds it: packed, and without what Python keeps of a file that it has compiled."""
    packages: set[PurePosixPath] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((COLLECTION / "plugins").rglob("*.py")):
            name = PurePosixPath("ansible_collections/e2enetworks/cloud") / file.relative_to(COLLECTION).as_posix()
            packages |= set(name.parents) - {PurePosixPath()}
            if file.name != "__init__.py":
                archive.write(file, str(name))
        for package in sorted(packages):
            archive.writestr(str(package / "__init__.py"), "")
    return path


def _row(path: Path, archive: Path, runs: int) -> Row:
    seconds: list[float] = []
    files, imports_requests = 0, False
    for _run in range(runs):
        spent, files, imports_requests = json.loads(command([sys.executable, "-c", _IMPORT, path.stem, str(archive)]).output)
        seconds.append(spent)
    early = ", with requests" if imports_requests else ""
    payload = _payload(f"e2enetworks.cloud.{path.stem}", path) / 1024
    return Row(PART, path.stem, seconds, note=f"imports {files} files{early}; a payload of {payload:.0f} KiB")


def _payload(name: str, path: Path) -> int:
    variables = {"ansible_python_interpreter": sys.executable, "ansible_playbook_python": sys.executable}
    templar = Templar(DataLoader(), variables=variables)
    built = modify_module(module_name=name, module_path=str(path), module_args={}, templar=templar, task_vars=variables)
    # A tuple up to ansible-core 2.18.
    data: bytes = built[0] if isinstance(built, tuple) else built.b_module_data
    return len(data)
