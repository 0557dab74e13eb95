# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever goes by a text of the MyAccount API, or repeats one, says where its words are from, and there they stand.

A paraphrase that the emulator says and the product looks for passes every other test, and fails with the live API.
"""

from __future__ import annotations

import ast
import importlib
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.words import Words
from ansible_collections.e2enetworks.cloud.tests.emulator import words as emulator

ROOT = Path(__file__).parents[5]
PACKAGE = "ansible_collections.e2enetworks.cloud."
PAGES = "\n".join(page.read_text(encoding="utf-8") for page in sorted((ROOT / "docs" / "api").glob("*.md")))
# Where answers of MyAccount are read; a gateway's are no business of this test.
READERS = [
    path
    for folder in ("module_utils/myaccount", "module_utils/resources", "module_utils/engine", "modules", "inventory", "plugin_utils")
    for path in sorted((ROOT / "plugins" / folder).glob("*.py"))
    if not path.name.startswith(("gateway_", "openfaas_"))
]
SAID = {name: said for name, said in vars(emulator).items() if isinstance(said, emulator.Said)}


def quoted(label: str) -> list[str]:
    """The texts in quotes under a label: a heading with what is below it, or an entry of a list."""
    number = re.escape(label)
    found = re.search(rf"^#+ {number} .*?(?=^#|\Z)|^- \*\*{number}\*\*.*?(?=^- \*\*|^#|\Z)", PAGES, re.MULTILINE | re.DOTALL)
    assert found, f"docs/api has no {label}"
    return re.findall(r'"([^"]+)"', " ".join(found[0].split()))


def in_module(path: Path) -> dict[str, t.Any]:
    return vars(importlib.import_module(PACKAGE + ".".join(path.relative_to(ROOT).with_suffix("").parts)))


def all_words(value: t.Any) -> t.Iterator[Words]:
    """The patterns in what a module holds, also in tuples and mappings."""
    if isinstance(value, Words):
        yield value
    elif isinstance(value, (tuple, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from all_words(one)


def patterns() -> dict[str, list[Words]]:
    """All patterns, by the modules and names that hold them."""
    found = {}
    for path in READERS:
        if path.parent.name == "myaccount":
            found.update({f"{path.stem}.{name}": list(all_words(value)) for name, value in in_module(path).items()})
    return {name: words for name, words in found.items() if words}


def sourced() -> list[tuple[str, Words]]:
    return [(name, one) for name, words in patterns().items() for one in words if one.source]


@pytest.mark.parametrize("name", SAID)
def test_what_the_emulator_repeats(name: str) -> None:
    said = SAID[name]
    # Whole sentences of a quote.
    pattern = re.compile(r"(?:^|(?<=\. ))" + re.escape(said).replace(r"\{\}", r"\S+") + r"(?= |$)", re.IGNORECASE)
    assert any(pattern.search(text) for text in quoted(said.source)), f"{said!r} does not stand in quotes under {said.source}"


def test_what_the_product_goes_by() -> None:
    assert len(sourced()) > 10
    for name, words in sourced():
        assert any(words.search(text) for text in quoted(t.cast("str", words.source))), f"{name}: {words.source} has no such words"


def test_the_emulator_says_what_the_product_goes_by() -> None:
    """But for these, of which is not known when they are said."""
    unused = {"refusals._PASSING": ["resource is in use"], "refusals._NOT_FOUND": ["already gone"]}
    for name, words in sourced():
        texts = [*SAID.values(), "e2e-faas-10001-dl"]
        if not any(words.search(text) for text in unused.get(name, [])):
            assert any(words.search(text.replace("{}", "e2e-faas-10001-dl")) for text in texts), f"{name} of {words.source}"


def goes_by_text(node: ast.AST) -> ast.expr | None:
    """What a search in a text of an answer is made with, or the comparison itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("search", "match", "fullmatch", "findall"):
        if any(re.search(r"\.(message|said)\b", ast.unparse(argument)) for argument in node.args):
            return node.func.value
    if isinstance(node, ast.Compare) and any(isinstance(operator, (ast.In, ast.NotIn, ast.Eq)) for operator in node.ops):
        if any(re.search(r"\.(message|said)\b", ast.unparse(one)) for one in (node.left, *node.comparators)):
            return node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("startswith", "endswith", "find", "count"):
        if re.search(r"\.(message|said)\b", ast.unparse(node.func.value)):
            return node
    return None


@pytest.mark.parametrize("path", READERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_goes_by_words_without_a_source(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        by = goes_by_text(node)
        if by is None:
            continue
        where = f"{path.name}:{node.lineno}: {ast.unparse(node)}"  # type: ignore[attr-defined]
        assert isinstance(by, ast.Name), where
        # A small name runs over a tuple of them.
        assert by.id.islower() and not by.id.startswith("_") or isinstance(in_module(path).get(by.id), Words), where


def test_the_search_finds_what_it_is_for() -> None:
    for code in ('"in use" in error.message', 're.search("in use", error.said)', '_IN_USE.search(error.message.lower())', 'error.said.startswith("x")'):
        assert any(goes_by_text(node) is not None for node in ast.walk(ast.parse(code))), code
    assert not any(goes_by_text(node) for node in ast.walk(ast.parse('raise E2EError(f"{error.message} more")')))
