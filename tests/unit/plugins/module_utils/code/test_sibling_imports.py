# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.sibling_imports import sibling_imports
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile

BESIDE = (SourceFile("lib/__init__.py", b""), SourceFile("words.py", b""))


@pytest.mark.parametrize(
    "code, modules",
    [
        ("from words import X", ["words"]),
        ("import words", ["words"]),
        ("import json, lib.text", ["lib.text"]),
        ("from lib import text", ["lib"]),
        ("from .words import X", []),
        ("from . import words", []),
        ("from function.words import X", []),
        ("import json\nfrom requests import get", []),
        ("try:\n    from .words import X\nexcept ImportError:\n    from words import X", []),
        ("import sys\nsys.path.insert(0, HERE)\nfrom words import X", []),
        ("# import words\n'import words'", []),
        ("import (", []),
    ],
)
def test_imports(code: str, modules: list[str]) -> None:
    assert [use.module for use in sibling_imports([SourceFile("handler.py", code.encode()), *BESIDE])] == modules


def test_the_warning_is_for_an_archive_of_the_form_of_2024() -> None:
    handler = b"\nfrom words import X\ndef handle(event, context): ..."
    (warning,) = FunctionSource((SourceFile("handler.py", handler), *BESIDE), "handler.py", None, layout_for("python3-http-debian")).zip_warnings()
    assert "words (handler.py:2)" in warning and warning.endswith("Write from .words import ... instead.")
    today = FunctionSource((SourceFile("func.py", handler), *BESIDE), "func.py", None, layout_for("python-3.11-http"))
    assert today.zip_warnings() == []
