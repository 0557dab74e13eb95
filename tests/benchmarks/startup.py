# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module costs before it does anything: its import, and the file that Ansible makes for a process of its own.

Usage: python -m tests.benchmarks.startup RUNS
The collection has to be importable as ``ansible_collections.e2enetworks.cloud``.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ansible.executor.module_common import modify_module
from ansible.modules import ping
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar

COLLECTION = Path(__file__).resolve().parents[2]
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


@dataclass(frozen=True)
class Row:
    """One module.

    :param import_seconds: processor time of its import, the median of all runs, above that of ``ansible.module_utils.basic``.
    :param files: how many files of the collection it imports.
    :param imports_requests: whether ``requests`` is imported before it is used.
    :param payload_bytes: what Ansible sends for a run in a process of its own.
    """

    module: str
    import_seconds: float
    files: int
    imports_requests: bool
    payload_bytes: int


def rows(runs: int) -> list[Row]:
    """All modules, by name."""
    init_plugin_loader()
    with tempfile.TemporaryDirectory() as folder:
        archive = _archive(Path(folder) / "collection.zip")
        return [_row(path.stem, path, archive, runs) for path in sorted((COLLECTION / "plugins" / "modules").glob("e2e_*.py"))]


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


def _row(name: str, path: Path, archive: Path, runs: int) -> Row:
    seconds: list[float] = []
    files, imports_requests = 0, False
    for _run in range(runs):
        asked = subprocess.run([sys.executable, "-c", _IMPORT, name, str(archive)], capture_output=True, check=True)
        spent, files, imports_requests = json.loads(asked.stdout)
        seconds.append(spent)
    return Row(name, statistics.median(seconds), files, imports_requests, _payload(f"e2enetworks.cloud.{name}", path))


def least_payload_bytes() -> int:
    """The same of a module that does nothing: what is Ansible's own in each payload."""
    return _payload("ansible.builtin.ping", Path(ping.__file__))


def _payload(name: str, path: Path) -> int:
    variables = {"ansible_python_interpreter": sys.executable, "ansible_playbook_python": sys.executable}
    templar = Templar(DataLoader(), variables=variables)
    built = modify_module(module_name=name, module_path=str(path), module_args={}, templar=templar, task_vars=variables)
    # A tuple up to ansible-core 2.18.
    data: bytes = built[0] if isinstance(built, tuple) else built.b_module_data
    return len(data)


def table(found: list[Row]) -> str:
    """The rows for people."""
    lines = [f"{'module':28} import  files  payload"]
    lines.append(f"{'(ansible.builtin.ping)':28} {'':6}  {'':5}  {least_payload_bytes() / 1024:4.0f} KiB")
    lines += [f"{row.module:28} {row.import_seconds * 1000:3.0f} ms  {row.files:5}  {row.payload_bytes / 1024:4.0f} KiB" for row in found]
    early = [row.module for row in found if row.imports_requests]
    return "\n".join([*lines, f"requests is imported before it is used by: {', '.join(early) or 'none'}"])


if __name__ == "__main__":
    print(table(rows(int(sys.argv[1]))))
