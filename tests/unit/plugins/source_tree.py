# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Source directories for the tests of what reads them."""

from __future__ import annotations

import pathlib
import typing as t


def write(root: pathlib.Path, files: t.Mapping[str, bytes | str]) -> pathlib.Path:
    """Write files below ``root`` by their relative paths, and return ``root``."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return root
