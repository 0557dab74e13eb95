# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The import contract, the folders, the picture and the architecture page tell the same story."""

from __future__ import annotations

import re

import pytest

from tools.architecture import MODULE_UTILS, PICTURE, draw, layers, purpose
from tools.project import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = [room for row in layers() for room in row]


def test_the_contract_has_every_room_and_no_other() -> None:
    there = {path.name for path in MODULE_UTILS.iterdir() if (path / "__init__.py").exists()} | {path.stem for path in MODULE_UTILS.glob("*.py")}
    assert set(ROOMS) == there - {"__init__"}


def test_the_picture_is_the_one_that_the_contract_draws() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "run: python -m tools.architecture"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    assert len(purpose(room)) > 20
    assert f"`{room}" in PAGE


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:plugins|tests|roles|tools|docs)/[\w./-]+)`", PAGE)
    named += [f"plugins/module_utils/{path}" for path in re.findall(r"`([a-z]+/[a-z_]+\.py)`", PAGE)]
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_lists_the_same_rooms() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## How it is built")[2]
    rows = re.findall(r"^\s*\| `([a-z_]+)(?:/|\.py)` \|", section, re.MULTILINE)
    assert sorted(rows) == sorted(ROOMS)
