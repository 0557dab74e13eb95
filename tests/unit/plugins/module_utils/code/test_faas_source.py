# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import random
import typing as t
import unittest.mock

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import source as source_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import source_files
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import make_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import (
    Manifest,
    Source,
    Text,
    normalise,
    same_content,
    source_entries,
    text_entries,
    total_digest,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text("abc/._-", min_size=1, max_size=6).filter(lambda name: all(part not in ("", ".", "..") for part in name.split("/")))
FILES = st.dictionaries(NAMES, st.binary(max_size=12), min_size=1, max_size=5)


@given(FILES, st.randoms(use_true_random=False))
def test_the_digest_knows_no_order(files: dict[str, bytes], chance: random.Random) -> None:
    shuffled = list(files.items())
    chance.shuffle(shuffled)
    assert Source.of(dict(shuffled)) == Source.of(files)


@given(FILES, FILES)
def test_equal_digests_are_equal_files(first: dict[str, bytes], second: dict[str, bytes]) -> None:
    def essence(files: dict[str, bytes]) -> t.Any:
        contents = {path: normalise(data) for path, data in files.items()}
        return list(contents.values()) if len(contents) == 1 else contents

    assert (Source.of(first).digest == Source.of(second).digest) is (essence(first) == essence(second))


def test_the_name_of_a_lone_file_does_not_count() -> None:
    assert Source.of({"handler.py": b"x"}).digest == Source.of({"func.py": b"x"}).digest
    assert Source.of({"handler.py": b"x", "a": b""}).digest != Source.of({"func.py": b"x", "a": b""}).digest


@given(st.text(st.sampled_from("ab\r\n"), max_size=12))
def test_line_ends_do_not_count_in_texts(text: str) -> None:
    assert Text.of(text).digest == Text.of(text.replace("\r\n", "\n").replace("\r", "\n")).digest
    assert Source.of({"a": text.encode()}).digest == Source.of({"a": text.replace("\r\n", "\n").replace("\r", "\n").encode()}).digest


def test_binary_files_are_taken_as_they_are() -> None:
    assert normalise(b"\xff\r\n") == b"\xff\r\n"


def test_what_was_deployed_is_what_was_sent() -> None:
    files = {"handler.py": b"import util\n", "util.py": b"\n", "data.bin": b"\xff\x00"}
    bundle = make_bundle([SourceFile(path, data) for path, data in files.items()], "handler.py", "python")
    assert Source.deployed(bundle, "ignored") == Source.of(files)
    assert Source.deployed("print()\n", "func.py") == Source.of({"func.py": b"print()\n"})


@given(FILES, st.text(max_size=20), st.lists(st.text("AB_", min_size=1), max_size=4, unique=True))
def test_a_manifest_comes_back_as_it_was(files: dict[str, bytes], requirements: str, secret: list[str]) -> None:
    source, text = Source.of(files), Text.of(requirements)
    dumped = Manifest(source, text, tuple(secret)).dump()
    assert dumped.isascii()
    parsed = Manifest.parse(dumped)
    assert parsed.secret_env == tuple(sorted(secret))
    assert parsed.source is not None
    assert parsed.requirements is not None
    assert (parsed.source.digest, parsed.source.file_digests, parsed.source.files) == (source.digest, source.file_digests, None)
    assert (parsed.requirements.digest, parsed.requirements.text) == (text.digest, None)
    assert total_digest(parsed.source, parsed.requirements) == total_digest(source, text)


def test_a_large_manifest_loses_its_list_of_files() -> None:
    source = Source.of({f"package/module_{number}.py": b"" for number in range(200)})
    dumped = Manifest(source, None).dump()
    assert len(dumped) < 2000
    parsed = Manifest.parse(dumped)
    assert parsed.source == Source(source.digest, None, {})
    assert parsed.requirements is None


@given(
    st.none()
    | st.text(max_size=30)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=5
    ).map(json.dumps)
)
def test_a_manifest_of_somebody_else_is_none(text: str | None) -> None:
    assert Manifest.parse(text) == Manifest(None, None)


@pytest.mark.parametrize(
    "document",
    [
        {"v": 1},
        {"v": 1, "source": 3, "requirements": [], "files": [], "secret_env": None},
        {"v": 1, "secret_env": 5},
        {"v": 1, "secret_env": "PASSWORD"},
        {"v": 1, "secret_env": {"a": 1}},
        {"v": 2, "source": "x"},
    ],
)
def test_a_damaged_manifest_does_no_harm(document: dict[str, t.Any]) -> None:
    assert Manifest.parse(json.dumps(document)) == Manifest(None, None)


def test_damaged_files_of_a_manifest() -> None:
    parsed = Manifest.parse(json.dumps({"v": 1, "source": "d", "files": {"a": 1, "b": "0123"}}))
    assert parsed.source is not None
    assert all(isinstance(digest, str) for digest in parsed.source.file_digests.values())


def test_comparing_contents() -> None:
    one, same, other = Text.of("a\n"), Text.of("a\r\n"), Text.of("b")
    assert (same_content(one, same), same_content(one, other), same_content(one, UNKNOWN)) == (True, False, UNKNOWN)


ENTRIES = source_entries("hello")


def test_texts_are_shown_side_by_side_and_equal_files_not_at_all() -> None:
    before = Source.of({"a.py": b"1\r\n", "b.py": b"2\n", "gone.py": b"3\n"})
    after = Source.of({"a.py": b"1\n", "b.py": b"two\n", "new.py": b"4\n"})
    assert ENTRIES(before, after) == [
        {"before_header": "hello/b.py", "after_header": "hello/b.py", "before": "2\n", "after": "two\n"},
        {"before_header": "hello/gone.py", "after_header": "hello/gone.py", "before": "3\n", "after": ""},
        {"before_header": "hello/new.py", "after_header": "hello/new.py", "before": "", "after": "4\n"},
    ]
    assert [entry["before"] for entry in ENTRIES(None, after)] == ["", "", ""]
    assert [entry["after"] for entry in ENTRIES(before, None)] == ["", "", ""]


def test_binary_large_and_empty_files_are_named() -> None:
    before = Source.of({"a": b"\xff", "b": b"x", "c": b"\xff"})
    after = Source.of({"a": b"\xfe\xfe", "b": b"x" * 70_000, "d": b"", "e": b"\xff"})
    assert [entry["prepared"] for entry in ENTRIES(before, after)] == [
        "hello/a: changed (binary or large, now 2 bytes)\n",
        "hello/b: changed (binary or large, now 70000 bytes)\n",
        "hello/c: removed (binary or large)\n",
        "hello/d: added (empty)\n",
        "hello/e: added (binary or large, now 1 bytes)\n",
    ]


def test_digests_alone_give_a_list_of_files() -> None:
    before = Manifest.parse(Manifest(Source.of({"a": b"1", "b": b"2", "c": b"3"}), None).dump()).source
    after = Source.of({"a": b"1", "b": b"two", "d": b"4"})
    title = "hello: files (the API does not return the code, so they are compared by digest)\n"
    assert ENTRIES(before, after) == [{"prepared": title + "  changed  b\n  removed  c\n  added    d\n"}]
    assert ENTRIES(before, None) == [{"prepared": title + "  removed  a\n  removed  b\n  removed  c\n"}]


def test_what_is_known_even_less() -> None:
    after = Source.of({"b": b"", "a": b"1"})
    assert ENTRIES(UNKNOWN, after) == [{"prepared": "hello: the code that runs now is not returned by the API; files sent: a, b\n"}]
    assert ENTRIES(UNKNOWN, None) == [{"prepared": "hello: the code that runs now is not returned by the API\n"}]
    (entry,) = ENTRIES(Source("digest", None, {}), after)
    assert entry["prepared"] == "hello: code changed (the earlier list of files is not known); files sent: a, b\n"


def test_the_dependency_text() -> None:
    show = text_entries("hello/requirements.txt")
    assert show(Text.of("a\n"), Text.of("b\n")) == [
        {"before_header": "hello/requirements.txt", "after_header": "hello/requirements.txt", "before": "a\n", "after": "b\n"}
    ]
    assert show(None, Text.of("")) == []
    assert show(Text.of(""), None) == []
    assert show(Text.of("a"), None)[0]["after"] == ""
    unseen = [{"prepared": "hello/requirements.txt: changed (the API does not return the text)\n"}]
    assert show(UNKNOWN, Text.of("a")) == unseen
    assert show(Text("digest", None), Text.of("a")) == unseen


PINNED = {
    "func.py": b"import lib.util\n\ndef handler(event, context):\n    return lib.util.x\n",
    "lib/util.py": b"x = 1\r\ny = 2\r",
    "lib.txt": "\u00e9\r\n".encode(),
    "data.bin": b"\xff\r\n\x00",
    "empty": b"",
}
PINNED_MANIFEST = {
    "files": {
        "data.bin": "bcda5aee90f3",
        "empty": "e3b0c44298fc",
        "func.py": "cd7285784ff4",
        "lib.txt": "edd3a863872a",
        "lib/util.py": "8353afe579a1",
    },
    "requirements": "719ab598b17bc04ed77ec013c8945fca9ea30c4a2bca8acb04432c81fc6cdad2",
    "secret_env": ["A"],
    "source": "sha256:f23d20045642404654857ac6eb67eb1f14f85072c7783e74ae2aec5baf7c54a9",
    "v": 1,
}


@pytest.mark.parametrize("in_memory, piece", [(source_module._IN_MEMORY, source_files._PIECE), (0, 1), (0, 2), (3, 5)])
def test_digests_are_those_of_all_functions_that_were_deployed_before(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, in_memory: int, piece: int
) -> None:
    """They lie in the functions' variables: another one would have every function deployed again. However the files are read."""
    monkeypatch.setattr(source_module, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(source_files, "_PIECE", piece)
    for path, data in PINNED.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    read, text = Source.of_files(source_files.read_directory(tmp_path).files), Text.of("requests\r\nflask\n")
    assert json.loads(Manifest(read, text, ("A",)).dump()) == PINNED_MANIFEST
    assert read == Source.of(PINNED)
    assert total_digest(read, text) == "sha256:bc0f178491567d34e36ceeb3e1461441660e87ea14c40c2ce6f12dee27797e13"
    lone = Source.of({"func.py": b"def handler(event, context):\r\n    return {}\r\n"})
    assert lone.digest == "sha256:4462d26002d9262d999d46caddf8ba81e280ee03490b7e6b257e660792603dc8"


@given(st.text(st.sampled_from("a\u00e9\r\n"), max_size=12).map(str.encode) | st.binary(max_size=8), st.integers(1, 4))
def test_a_large_file_is_compared_as_a_small_one(data: bytes, piece: int) -> None:
    class Large:
        size = len(data)

        def pieces(self) -> t.Iterator[bytes]:
            return (data[start : start + piece] for start in range(0, len(data), piece))

    with unittest.mock.patch.object(source_module, "_IN_MEMORY", -1):
        large = Source.of_files([source_files.SourceFile("a", Large())])
        digests = dict(large.file_digests)
    assert (large.digest, digests) == (Source.of({"a": data}).digest, Source.of({"a": data}).file_digests)


def test_digests_of_single_files_are_made_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[source_files.Content] = []
    monkeypatch.setattr(source_module, "_hex", lambda content: str(hashed.append(content)) * 12)
    many = Source.of({f"package/module_{number}.py": b"%d" % number for number in range(200)})
    assert Manifest.parse(Manifest(many, None).dump()).source == Source(many.digest, None)
    assert same_content(many, many) is True
    assert hashed == []
    Manifest(Source.of({"a": b"1"}), None).dump()
    assert hashed == [b"1"]
