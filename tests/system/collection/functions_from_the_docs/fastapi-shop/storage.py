# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shop has, from the file beside this module."""
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Storage:
    names: dict[int, str]

    @classmethod
    def load(cls) -> "Storage":
        content = json.loads(Path(__file__).with_name("items.json").read_text(encoding="utf-8"))
        return cls({int(number): name for number, name in content.items()})
