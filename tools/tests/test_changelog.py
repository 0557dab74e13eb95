# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The changelog of the next release can be written from the fragments, and again when there are more of them."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from tools.changelog import WRITTEN, release
from tools.workspace import assemble


def test_a_release_is_written_and_taken_up_again(tmp_path: Path) -> None:
    where = assemble("source", build=tmp_path)
    version = yaml.safe_load((where / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    venv = Path(sys.prefix)
    release(where, venv)
    (where / "changelogs" / "fragments" / "late.yml").write_text("---\nbugfixes:\n  - all modules - something that came late.\n", encoding="utf-8")
    release(where, venv)

    entry = yaml.safe_load((where / WRITTEN[0]).read_text(encoding="utf-8"))["releases"][version]
    assert {"1.0.0.yml", "late.yml"} <= set(entry["fragments"])
    assert {"e2e_faas_image", "e2e_faas_activation"} <= {module["name"] for module in entry["modules"]}
    page = (where / WRITTEN[1]).read_text(encoding="utf-8")
    assert page.count(f"\nv{version}\n") == 1 and page.index(f"v{version}") < page.index("v0.1.0")
    assert "- all modules - something that came late." in page
