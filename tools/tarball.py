# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the collection's tarball, and has it looked at by the importer that Ansible Galaxy uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.project import BUILD, CACHE, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

_IMPORTER_SETTINGS = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS=True
RUN_ANSIBLE_DOC=True
RUN_ANSIBLE_LINT=False
RUN_ANSIBLE_TEST=False
"""


def build(name: str, output: Path) -> Path:
    """Build the tarball into the folder `output`, from the fresh working copy `name`, and return its path.

    Raises ToolError with what ansible-galaxy said when it fails.
    """
    where = assemble(name)
    result = subprocess.run(
        ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(output)],
        cwd=where, env=environment(ensure("run")), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
    archives = list(output.glob("e2enetworks-cloud-*.tar.gz"))
    if result.returncode or len(archives) != 1:
        raise ToolError(f"The collection could not be built:\n{result.stdout}{result.stderr}")
    return archives[0]


def check(archive: Path) -> int:
    """Run Galaxy's importer on the tarball and return its exit code."""
    settings = CACHE / "galaxy-importer.cfg"
    settings.write_text(_IMPORTER_SETTINGS, encoding="utf-8")
    venv = ensure("galaxy")
    env = environment(venv, extra={"GALAXY_IMPORTER_CONFIG": str(settings)})
    command = [str(venv / "bin" / "python"), "-m", "galaxy_importer.main", str(archive)]
    return subprocess.run(command, cwd=CACHE, env=env, stdin=subprocess.DEVNULL, check=False).returncode


def main(arguments: list[str]) -> int:
    """Build, and with `--check` check."""
    output = BUILD / "dist"
    for old in output.glob("*.tar.gz"):
        old.unlink()
    archive = build("dist-source", output)
    print(archive)
    return check(archive) if "--check" in arguments else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
