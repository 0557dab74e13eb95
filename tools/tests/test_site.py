# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site has every module, guide and page once, and asks nobody else for anything. `make lint` builds it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tools.picture import PICTURE, STEP, step
from tools.project import ROOT, ToolError
from tools.site import PAGES, SITE, Group, descriptions, group_page, groups, guides, toctrees

GROUPS = groups((ROOT / SITE / "groups.json").read_text(encoding="utf-8"))
GUIDES = guides((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))


def test_every_module_is_in_one_group() -> None:
    listed = Counter(name for group in GROUPS for name in group.modules)
    assert set(listed.values()) == {1}
    assert listed.keys() == {path.stem for path in (ROOT / "plugins" / "modules").glob("e2e_*.py")}


def test_every_guide_is_in_the_side_bar() -> None:
    assert sorted(GUIDES) == sorted(path.stem for path in (ROOT / "docs" / "docsite" / "rst").glob("guide_*.rst"))
    assert sorted(set(GUIDES)) == sorted(GUIDES)


def test_every_page_is_there() -> None:
    assert [name for names in PAGES.values() for name in names if not (ROOT / "docs" / name).exists()] == []


def test_a_group_lists_its_modules() -> None:
    described = descriptions("* :ansplugin:`e2e_node module <e2enetworks.cloud.e2e_node#module>` -- Manage nodes\n")
    page = group_page(Group("x", "Nodes", "About nodes.", ("e2e_node",)), described)
    assert page.startswith("Nodes modules\n=============\n\nAbout nodes.\n")
    assert "* :ansplugin:`e2e_node <e2enetworks.cloud.e2e_node#module>`: Manage nodes\n" in page and "   e2e_node <e2e_node_module>" in page


def test_the_side_bar() -> None:
    text = toctrees(["guide_a"], [Group("x", "X", "", ())], ["e2e_inventory"], {"Inside": ["architecture.md"]})
    assert re.findall(r":caption: (.+)", text) == ["Guides", "Modules", "Role and plugins", "Inside"]
    assert [name for name in ("docsite/guide_a", "modules_x", "e2e_inventory", "architecture") if f"   {name}\n" not in text + "\n"] == []


def test_a_step_of_the_demo() -> None:
    text = "=== One ===\na\n\n=== Edit two files ===\nb\nc\n\n=== Three ===\nd\n"
    assert step(text, STEP) == ["b", "c"]
    with pytest.raises(ToolError, match="no step"):
        step(text, "=== Four")


def test_the_picture_asks_nobody() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert "Good&#160;morning" in picture
    assert re.findall(r"(?:url\(|href=)[\"']?(\w+:[^\"')]+)", picture) == []
