# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection awx.awx, which `playbooks/awx_bootstrap.yml` uses: taken out of the package `ansible`, the rest of which is not installed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools.project import CACHE, ROOT, ToolError, environment, locked
from tools.venvs import ensure

REQUIREMENTS = ROOT / "requirements" / "awx.txt"
_MEMBERS = "ansible_collections/awx/awx/"


def collections() -> Path:
    """Return a folder with `ansible_collections/awx/awx` in it, after fetching it when it is missing.

    Raises ToolError when pip cannot fetch the package.
    """
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    target = CACHE / "collections-awx" / digest
    marker = target / ".ready"
    with locked("awx"):
        if not marker.exists():
            print("Fetching the collection awx.awx (once) ...", file=sys.stderr, flush=True)
            shutil.rmtree(target, ignore_errors=True)
            _fetch(target)
            marker.touch()
    return target


def _fetch(target: Path) -> None:
    venv = ensure("run")
    downloads = target / "downloads"
    result = subprocess.run(
        [str(venv / "bin" / "python"), "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(downloads),
         "-r", str(REQUIREMENTS)],
        env=environment(venv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if result.returncode:
        raise ToolError(f"The collection awx.awx could not be fetched:\n{result.stdout[-2000:]}")
    for wheel in downloads.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target, [name for name in archive.namelist() if name.startswith(_MEMBERS)])
    shutil.rmtree(downloads)


if __name__ == "__main__":
    try:
        print(collections())
    except ToolError as error:
        sys.exit(str(error))
