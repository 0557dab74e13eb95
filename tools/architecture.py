# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the architecture page, drawn from the import contract in pyproject.toml and the packages' own first sentences.

Run it after a change of the rooms: python -m tools.architecture
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

from tools.project import ROOT

PICTURE = ROOT / "docs" / "architecture.svg"
MODULE_UTILS = ROOT / "plugins" / "module_utils"

_WIDTH, _MARGIN, _GAP, _ROW = 960, 20, 16, 92
_CALLERS = (("action",), ("modules", "inventory", "filter", "callback"))
_COLOURS = ("#e8f0fe", "#e6f4ea", "#fef7e0", "#fce8e6", "#f3e8fd", "#e4f7fb")


def layers(root: Path = ROOT) -> list[list[str]]:
    """The rooms of ``plugins/module_utils`` from top to bottom, those of one row side by side, as the contract has them."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (contract,) = [contract for contract in contracts if contract["id"] == "module_utils"]
    return [[name.strip() for name in row.split("|")] for row in contract["layers"]]


def purpose(room: str, module_utils: Path = MODULE_UTILS) -> str:
    """The first sentence that a room says about itself."""
    path = module_utils / room / "__init__.py" if (module_utils / room).is_dir() else module_utils / f"{room}.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split(". ")[0].split()).rstrip(".")


def draw() -> str:
    """The picture as SVG."""
    rows = [*map(list, _CALLERS), *layers()]
    height = _MARGIN * 2 + len(rows) * _ROW + (len(rows) - 1) * _GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" role="img">',
        "<title>The rooms of the collection: each imports only what stands below it</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z" fill="#5f6368"/></marker></defs>',
    ]
    for number, row in enumerate(rows):
        top = _MARGIN + number * (_ROW + _GAP)
        width = (_WIDTH - 2 * _MARGIN - (len(row) - 1) * _GAP) / len(row)
        for place, room in enumerate(row):
            calls = number < len(_CALLERS)
            text = _caller(room) if calls else purpose(room)
            name = f"plugins/{room}/" if calls else f"{room}.py" if (MODULE_UTILS / f"{room}.py").exists() else f"{room}/"
            parts += _box(_MARGIN + place * (width + _GAP), top, width, name, text, _COLOURS[number % len(_COLOURS)])
        if number:
            parts.append(
                f'<line x1="{_WIDTH / 2}" y1="{top - _GAP + 1}" x2="{_WIDTH / 2}" y2="{top - 4}" stroke="#5f6368" stroke-width="2" marker-end="url(#tip)"/>'
            )
    return "\n".join([*parts, "</svg>", ""])


def _caller(room: str) -> str:
    return {
        "action": "How Ansible runs each module: its body in the process of the task where that means the same, with its helpers in plugin_utils",
        "modules": "Documentation, an argument spec, the wanted state, and a few lines",
        "inventory": "Nodes as hosts, with its helpers in plugin_utils",
        "filter": "Files of other tools, and the role's plan",
        "callback": "What a play adds to the bill",
    }[room]


def _box(left: float, top: float, width: float, name: str, text: str, colour: str) -> list[str]:
    lines = textwrap.wrap(text, int((width - 24) / 6.6))[:3]
    return [
        f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{_ROW}" rx="8" fill="{colour}" stroke="#5f6368"/>',
        f'<text x="{left + 12:g}" y="{top + 24}" font-size="16" font-weight="600" fill="#202124">{escape(name)}</text>',
        *(f'<text x="{left + 12:g}" y="{top + 46 + 17 * number}" font-size="13" fill="#3c4043">{escape(line)}</text>' for number, line in enumerate(lines)),
    ]


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
