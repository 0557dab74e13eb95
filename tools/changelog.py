# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the changelog of the version in galaxy.yml from the fragments. Run again, it takes up what has been added, and dates the release anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.project import ROOT, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

WRITTEN = (Path("changelogs") / "changelog.yaml", Path("CHANGELOG.rst"))


def release(where: Path, venv: Path) -> None:
    """Release in the collection's folder `where`, which lies below `ansible_collections`.

    Raises ToolError with what antsibull-changelog said when it fails.
    """
    result = subprocess.run(
        ["antsibull-changelog", "release", "--update-existing", "--refresh", "--reload-plugins"],
        cwd=where, env=environment(venv, collections=where.parents[2]), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )
    if result.returncode:
        raise ToolError(f"The changelog could not be written:\n{result.stdout}")


def main() -> None:
    """Release in a working copy, since Ansible's tools want their own layout, and bring the result here."""
    where = assemble("changelog")
    release(where, ensure("lint"))
    for path in WRITTEN:
        shutil.copyfile(where / path, ROOT / path)
        print(path)


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(str(error))
