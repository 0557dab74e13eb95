# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dependency files that name other files: ``-r base.txt``, ``-c constraints.txt``, ``./lib``, ``-e ./lib``, ``"file:./lib"``.

Requirement files that are read from another one become a part of it, so that one text says all of it in both forms. What is left
needs the files themselves, which only an archive has. Nothing here quotes more of a line than such a path: an address may hold a password.
"""

from __future__ import annotations

import json
import posixpath
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

# As pip reads a requirements file.
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OPTION = re.compile(r"(--requirement|--constraint|--editable|--find-links|--index-url|--extra-index-url|-r|-c|-e|-f|-i)(?:\s*=\s*|\s+|(?<=^-[rcefi]))(\S.*)$")
_ARCHIVES = (".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DIRECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^]]*\])?\s*@\s*(\S+)")
# As npm reads package.json.
_NPM_GROUPS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides")
_NPM_PATH = re.compile(r"(?:file:|link:|portal:)(.*)|(\.{1,2}(?:/.*)?|[~/].*)", re.DOTALL)


class FileReference(t.NamedTuple):
    """A place in a dependency file that names another file or directory.

    :param path: relative to the source directory, as far as it is below it; otherwise as it is written.
    """

    file: str
    line: int
    path: str

    @property
    def leaves(self) -> bool:
        """Whether it is outside of the source directory."""
        return self.path.startswith(("/", "~", "../")) or self.path == ".." or "\\" in self.path

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return f"{self.file}, line {self.line}"


class DependencyText(t.NamedTuple):
    """A dependency file with what it reads from other requirement files in it.

    :param references: what it still names, in order.
    """

    text: str
    references: tuple[FileReference, ...]


def read_dependency_text(name: str, text: str, files: t.Mapping[str, bytes] | None = None) -> DependencyText:
    """Resolve what a dependency file reads from others.

    :param name: ``requirements.txt`` or ``package.json``; any other is taken as it is.
    :param files: contents below the source directory, by path; ``None`` where there is none, which leaves ``-r`` as it is.
    :raises InputError: a requirement file is missing, is no text, leaves the directory or reads itself.
    """
    if name == "package.json":
        return DependencyText(text, tuple(_npm_references(name, text)))
    if name != "requirements.txt":
        return DependencyText(text, ())
    reader = _RequirementsReader(files)
    reader.read(name, text, ())
    return DependencyText(text if reader.as_it_is else "".join(f"{line}\n" for line in reader.lines), tuple(reader.references))


def refuse_references(references: t.Iterable[FileReference]) -> None:
    """Refuse what one dependency text cannot say.

    :raises InputError: it names the first line.
    """
    for reference in references:
        raise InputError(
            f"{reference.place} names {reference.path}, a file that is not there when the platform installs the dependencies: with one text of code "
            "only one dependency text is sent. Write what it says into the dependency file itself, use a package from an index, or send an archive "
            "(upload: zip) of a directory that has the file."
        )


def check_references(references: t.Iterable[FileReference], paths: t.Collection[str]) -> list[str]:
    """Refuse references to what an archive does not have.

    :param paths: the files in it.
    :returns: warnings. One line.
    :raises InputError: a file is missing or outside of the source directory.
    """
    known = {"."} | {"/".join(path.split("/")[:length]) for path in paths for length in range(1, path.count("/") + 2)}
    found = []
    for reference in references:
        if reference.leaves:
            raise InputError(f"{reference.place} names {reference.path}, which is outside of the source directory, so it is not sent. Put a copy into it.")
        if reference.path not in known:
            raise InputError(f"{reference.place} names {reference.path}, which is not among the files that are sent.")
        found.append(f"{reference.path} ({reference.place})")
    if not found:
        return []
    return [
        f"The dependency file names files that travel along: {', '.join(found[:3])}{f' and {len(found) - 3} more' if len(found) > 3 else ''}. "
        "That they are there when the platform installs the dependencies is not documented."
    ]


class _RequirementsReader:
    """One requirements file and those that it reads."""

    def __init__(self, files: t.Mapping[str, bytes] | None) -> None:
        self.lines: list[str] = []
        self.references: list[FileReference] = []
        self.as_it_is = True
        self._files = files

    def read(self, name: str, text: str, parents: tuple[str, ...]) -> None:
        for number, raw in _logical_lines(text):
            line = _COMMENT.sub("", raw).strip()
            kind, target = _local_target(line)
            if kind == "":
                self.lines.append(raw)
                continue
            # pip counts the path of another requirements file from the file, and that of a package from where it runs.
            base = posixpath.dirname(name) if kind in ("-r", "-c") else ""
            reference = FileReference(name, number, _below(base, target))
            if kind == "-r" and self._files is not None:
                self._read_in(self._files, reference, (*parents, name))
                self.as_it_is = False
                continue
            self.references.append(reference)
            if (kind == "-c" and base) or kind == "-e":
                # A package that is installed where it lies is installed all the same.
                raw = f"-c {reference.path}" if kind == "-c" else line[len(line) - len(target) :]
                self.as_it_is = False
            self.lines.append(raw)

    def _read_in(self, files: t.Mapping[str, bytes], reference: FileReference, parents: tuple[str, ...]) -> None:
        if reference.leaves:
            raise InputError(f"{reference.place} reads {reference.path}, which is outside of the source directory. Put a copy into it.")
        if reference.path in parents:
            raise InputError(f"{reference.place} reads {reference.path}, which is being read already.")
        data = files.get(reference.path)
        if data is None:
            raise InputError(f"{reference.place} reads {reference.path}, which is not among the files of the source directory.")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError(f"{reference.path} is not text: it has to be UTF-8.") from None
        self.read(reference.path, text, parents)


def _logical_lines(text: str) -> t.Iterator[tuple[int, str]]:
    """Lines with their numbers; one that a backslash continues is one, as for pip."""
    start = 0
    parts: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        start = start if parts else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line[:-1])
            continue
        yield start, "".join([*parts, line])
        parts = []
    if parts:
        yield start, "".join(parts)


def _local_target(line: str) -> tuple[str, str]:
    """What a line of a requirements file names on disk, and by which option; ``-r`` and its like in short, ``.`` for a package."""
    option = _OPTION.match(line)
    if option is not None:
        kind, value = option[1], option[2].strip().strip("\"'")
        path = _path_of(value, is_package=kind in ("-e", "--editable"))
        short = {"--requirement": "-r", "--constraint": "-c", "--editable": "-e"}.get(kind, kind)
        if short in ("-r", "-c") and path is None and not _SCHEME.match(value):
            path = value
        if short in ("-f", "--find-links") and path is None and not _SCHEME.match(value):
            path = value
        return (short if short in ("-r", "-c", "-e") else ".", path) if path is not None else ("", "")
    path = None if not line or line.startswith("-") else _path_of(line, is_package=True)
    return ("", "") if path is None else (".", path)


def _path_of(value: str, *, is_package: bool) -> str | None:
    """The path in a value that names something on disk; ``None`` for a package of an index, and for an address."""
    direct = _DIRECT.match(value)
    if direct is not None:
        value = direct[1]
    if value.startswith("file:"):
        path = re.sub(r"^file:(?://(?:localhost)?(?=/))?", "", value)
        return re.split(r"[#?]", path, maxsplit=1)[0]
    if not is_package or _SCHEME.match(value):
        return None
    # A marker or an option after it, and extras.
    path = re.split(r"\s*;|\s+--", value, maxsplit=1)[0].strip()
    path = re.sub(r"\[[^]]*\]$", "", path)
    looks_local = path.startswith((".", "/", "~")) or "/" in path or path.lower().endswith(_ARCHIVES)
    return path if looks_local else None


def _below(base: str, path: str) -> str:
    if path.startswith(("/", "~")) or "\\" in path:
        return path
    return posixpath.normpath(posixpath.join(base, path))


def _npm_references(name: str, text: str) -> t.Iterator[FileReference]:
    try:
        package = json.loads(text)
    except (ValueError, RecursionError):
        return
    for group in _NPM_GROUPS:
        wanted = package.get(group) if isinstance(package, dict) else None
        for dependency, value in (wanted.items() if isinstance(wanted, dict) else ()):
            path = _NPM_PATH.fullmatch(value) if isinstance(value, str) else None
            if path is not None:
                before = re.search(rf"{re.escape(json.dumps(dependency))}\s*:\s*{re.escape(json.dumps(value))}", text)
                line = text.count("\n", 0, before.start()) + 1 if before else 1
                yield FileReference(name, line, _below("", re.sub(r"^//(?=/)", "", path[1] or path[2])))
