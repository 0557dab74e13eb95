# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site from the modules' own documentation and from `docs/docsite`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.project import BUILD, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

_OPTIONS = ("--use-current", "--squash-hierarchy")


def build() -> Path:
    """Build the site and return its first page.

    Raises ToolError with the output of the program that failed.
    """
    where = assemble("docs")
    top = where.parents[2]
    env = environment(ensure("docs"), collections=top)
    site = top / "site"
    site.mkdir()
    # antsibull-docs refuses an output folder into which others may write.
    os.chmod(site, 0o755)
    _run(["antsibull-docs", "sphinx-init", *_OPTIONS, "--dest-dir", str(site), "e2enetworks.cloud"], cwd=where, env=env)
    rst = site / "rst"
    rst.mkdir(exist_ok=True)
    os.chmod(rst, 0o755)
    _run(["antsibull-docs", "--config-file", "antsibull-docs.cfg", "collection", "--cleanup", "everything", *_OPTIONS,
          "--dest-dir", "rst", "e2enetworks.cloud"], cwd=site, env=env)
    # antsibull-docs takes over the pages alone.
    for picture in (where / "docs" / "docsite" / "rst").glob("*.svg"):
        shutil.copyfile(picture, rst / "docsite" / picture.name)
    _run(["sphinx-build", "-M", "html", "rst", "build", "-c", ".", "-q"], cwd=site, env=env)
    return site / "build" / "html" / "index.html"


def _run(command: list[str], *, cwd: Path, env: Mapping[str, str]) -> None:
    result = subprocess.run(command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode:
        raise ToolError(f"{' '.join(command)}\n{result.stdout}")


if __name__ == "__main__":
    try:
        print(f"The site's first page: {build().relative_to(BUILD.parent)}")
    except ToolError as error:
        sys.exit(str(error))
