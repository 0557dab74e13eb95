# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Source code on both sides of a comparison: what the user has, and what of it the API lets us see.

An API that returns the code allows a comparison by text. Where it does not, a *manifest* that an earlier deploy
left in one environment variable of the function holds digests. Where neither comes back, nothing is known.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import typing as t
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import read_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import holds_credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import (
    Content,
    Contents,
    SourceFile,
    bytes_of,
    content_digest,
    pieces_of,
    size_of,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, DiffEntry, Unknown
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json

DEFAULT_MANIFEST_VARIABLE = "E2E_ANSIBLE_DIGEST"

# An environment variable is a small place: above this the list of files is left out and one digest remains.
_LONGEST_MANIFEST = 2000
_FILE_DIGITS = 12
# A file of more bytes is read a piece at a time, as often as its bytes are needed.
_IN_MEMORY = MEBIBYTE
# Above this a text is not put into a diff: events of a controller lose their data when they grow large.
_LARGEST_DIFF_TEXT = 64 * 1024


def normalise(data: bytes) -> bytes:
    """Line ends as one line feed, so that a file from Windows or read in text mode compares equal. Binary stays."""
    if b"\r" not in data or not _is_utf8(data[start : start + MEBIBYTE] for start in range(0, len(data), MEBIBYTE)):
        return data
    return _one_line_end(data)


def _is_utf8(pieces: t.Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        # In pieces: the text of a large file would be in memory a second time, only to be dropped.
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Normalised:
    """A large file with its line ends as one line feed, piece by piece."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self.size = sum(map(len, self.pieces()))

    def pieces(self) -> t.Iterator[bytes]:
        """The content as :func:`normalise` would make it."""
        held = b""
        for piece in pieces_of(self._content):
            piece = held + piece
            # The line feed that belongs to it may begin the next piece.
            held = b"\r" if piece.endswith(b"\r") else b""
            yield _one_line_end(piece[: len(piece) - len(held)])
        yield _one_line_end(held)


def _one_line_end(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _compared(content: Content) -> Content:
    """What of a content is compared: :func:`normalise` for one that need not be in memory."""
    if size_of(content) <= _IN_MEMORY:
        return normalise(bytes_of(content))
    return _Normalised(content) if _has_line_ends(content) else content


def _has_line_ends(content: Content) -> bool:
    """Whether it is text with a carriage return in it."""
    return any(b"\r" in piece for piece in pieces_of(content)) and _is_utf8(pieces_of(content))


def _hex(content: Content) -> str:
    digest = hashlib.sha256()
    for piece in pieces_of(_compared(content)):
        digest.update(piece)
    return digest.hexdigest()


class _FileDigests(t.Mapping[str, str]):
    """12 hexadecimal digits for each file, made when somebody asks for one: only a change does."""

    def __init__(self, files: t.Iterable[SourceFile]) -> None:
        self._files = {file.path: file for file in files}
        self._known: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        if path not in self._known:
            self._known[path] = _hex(self._files[path].content)[:_FILE_DIGITS]
        return self._known[path]

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True)
class Source:
    """The files of a function without its dependency file.

    :param digest: ``sha256:`` and 64 hexadecimal digits over all of it.
    :param files: content by path, ``None`` where only digests are known.
    :param file_digests: 12 hexadecimal digits by path; empty where only the digest of the whole is known.
    """

    digest: str
    files: t.Mapping[str, bytes] | None = field(repr=False)
    file_digests: t.Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, files: t.Mapping[str, bytes]) -> Source:
        """From contents by path."""
        return cls.of_files([SourceFile(path, data) for path, data in files.items()])

    @classmethod
    def of_files(cls, files: t.Sequence[SourceFile]) -> Source:
        """From files, each of which is read once. The name of a lone file does not count: the API does not keep it (reference B.2)."""
        named = [("" if len(files) == 1 else file.path, file.content) for file in files]
        return cls(content_digest(named, _compared), Contents(files), _FileDigests(files))

    @classmethod
    def deployed(cls, code: str, handler_name: str) -> Source:
        """From the code text that the API returned."""
        files = read_bundle(code)
        return cls.of({handler_name: code.encode()} if files is None else files)


@dataclass(frozen=True)
class Text:
    """A text, or only its digest where the text itself is not known."""

    digest: str
    text: str | None = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Text:
        return cls(_hex(text.encode()), text)


def total_digest(source: Source, requirements: Text) -> str:
    """``sha256:`` and 64 digits over code and requirements: what results call ``digest``."""
    return content_digest([("source", source.digest.encode()), ("requirements", requirements.digest.encode())])


@dataclass(frozen=True)
class Manifest:
    """What a deploy leaves in the function's environment for the next run.

    :param secret_env: names of the variables that came from secret options, so that they stay apart from plain ones.
    :param stack: name of the stack that made the function; empty for none.
    """

    source: Source | None
    requirements: Text | None
    secret_env: tuple[str, ...] = ()
    stack: str = ""

    def dump(self) -> str:
        """As the value of an environment variable."""
        document: dict[str, t.Any] = {"v": 1, "secret_env": sorted(self.secret_env)}
        if self.stack:
            document["stack"] = self.stack
        if self.requirements:
            document["requirements"] = self.requirements.digest
        if self.source:
            document["source"] = self.source.digest
            # Digests are made one by one, so it is looked first whether there is room for so many.
            if len(_compact(document | {"files": dict.fromkeys(self.source.file_digests, "0" * _FILE_DIGITS)})) <= _LONGEST_MANIFEST:
                document["files"] = dict(self.source.file_digests)
        return _compact(document)

    @classmethod
    def parse(cls, text: str | None) -> Manifest:
        """The manifest in a variable's value; an empty one when there is none or somebody else wrote it."""
        try:
            document = load_json(text or "")
        except ValueError:
            document = None
        if not isinstance(document, dict) or document.get("v") != 1:
            return cls(None, None)
        source, requirements = document.get("source"), document.get("requirements")
        files, secret_env, stack = document.get("files"), document.get("secret_env"), document.get("stack")
        return cls(
            source=Source(source, None, _texts(files)) if isinstance(source, str) else None,
            requirements=Text(requirements, None) if isinstance(requirements, str) else None,
            secret_env=tuple(str(name) for name in secret_env) if isinstance(secret_env, list) else (),
            stack=stack if isinstance(stack, str) else "",
        )


def _compact(document: t.Mapping[str, t.Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _texts(value: t.Any) -> dict[str, str]:
    return {key: str(item) for key, item in value.items()} if isinstance(value, dict) else {}


def same_content(wanted: Source | Text, current: Source | Text | Unknown) -> bool | Unknown:
    """Whether two contents are equal."""
    return UNKNOWN if current is UNKNOWN else bool(wanted.digest == current.digest)


def _readable(data: bytes | None) -> str | None:
    if data is None:
        return ""
    if len(data) > _LARGEST_DIFF_TEXT:
        return None
    try:
        return normalise(data).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _file_entry(header: str, before: bytes | None, after: bytes | None) -> DiffEntry:
    old, new = _readable(before), _readable(after)
    if old is not None and new is not None and (old or new):
        return {"before_header": header, "after_header": header, "before": old, "after": new}
    word = "added" if before is None else "removed" if after is None else "changed"
    kind = "empty" if not before and not after else "binary or large"
    size = f", now {len(after)} bytes" if after else ""
    return {"prepared": f"{header}: {word} ({kind}{size})\n"}


def _source_entry(label: str, path: str, before: bytes | None, after: bytes | None) -> DiffEntry:
    # A version from before, and one that include brings in, may have such a file.
    if holds_credentials(path, (before or b"") + (after or b"")):
        word = "added" if before is None else "removed" if after is None else "changed"
        return {"prepared": f"{label}/{path}: {word} (not shown, because such files hold credentials)\n"}
    return _file_entry(f"{label}/{path}", before, after)


def source_entries(label: str) -> t.Callable[[t.Any, t.Any], list[DiffEntry]]:
    """Diff entries of a function's files: texts where both sides are known, otherwise a list of files."""

    def entries(before: Source | Unknown | None, after: Source | None) -> list[DiffEntry]:
        if before is UNKNOWN:
            sent = f"; files sent: {', '.join(sorted(after.file_digests))}" if after else ""
            return [{"prepared": f"{label}: the code that runs now is not returned by the API{sent}\n"}]
        old_files = {} if before is None else before.files
        new_files = {} if after is None else after.files
        if old_files is not None and new_files is not None:
            return [
                _source_entry(label, path, old_files.get(path), new_files.get(path))
                for path in sorted(old_files.keys() | new_files.keys())
                if _differs(old_files.get(path), new_files.get(path))
            ]
        return [{"prepared": _file_list(label, before, after)}]

    return entries


def _differs(before: bytes | None, after: bytes | None) -> bool:
    if before is None or after is None:
        return before is not after
    return normalise(before) != normalise(after)


def _file_list(label: str, before: Source | None, after: Source | None) -> str:
    old = dict(before.file_digests) if before else {}
    new = dict(after.file_digests) if after else {}
    if before and after and not old:
        return f"{label}: code changed (the earlier list of files is not known); files sent: {', '.join(sorted(new))}\n"
    words = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            words.append(f"  added    {path}")
        elif path not in new:
            words.append(f"  removed  {path}")
        elif old[path] != new[path]:
            words.append(f"  changed  {path}")
    return f"{label}: files (the API does not return the code, so they are compared by digest)\n" + "".join(word + "\n" for word in words)


def text_entries(header: str) -> t.Callable[[t.Any, t.Any], list[DiffEntry]]:
    """Diff entries of the dependency text."""

    def entries(before: Text | Unknown | None, after: Text | None) -> list[DiffEntry]:
        old = None if before is None or before is UNKNOWN else before.text
        new = None if after is None else after.text
        if before is UNKNOWN or (before is not None and old is None):
            word = "removed" if after is None else "changed"
            return [{"prepared": f"{header}: {word} (the API does not return the text)\n"}]
        if not (old or "") and not (new or ""):
            return []
        return [_file_entry(header, None if before is None else (old or "").encode(), None if after is None else (new or "").encode())]

    return entries
