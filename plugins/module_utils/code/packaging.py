# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a file, a directory or a text to what is sent: one text (reference B.3) or a ZIP (P.10).

What is read, compared and limited here does not depend on how it is sent, and nothing is packed before it is asked for.
"""

from __future__ import annotations

import dataclasses
import glob
import io
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.archive import archive_members, build_zip
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.bundle import BUNDLE_LANGUAGES, check_code_size, make_bundle, open_bundle
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.dependency_text import (
    FileReference,
    check_references,
    read_dependency_text,
    refuse_references,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.ignore_rules import IGNORE_FILE, IgnoreRules
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.relative_paths import working_directory_uses
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.sibling_imports import sibling_imports
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import (
    MAX_SOURCE_BYTES,
    Contents,
    SourceFile,
    bytes_of,
    find_file,
    read_directory,
    withheld_warnings,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

__all__ = [
    "FunctionSource",
    "SourceFile",
    "directory_members",
    "from_text",
    "include_for",
    "read_directory",
    "read_source",
]

#: Written by package managers, and without effect in a function: the platform installs from the dependency text alone.
LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Pipfile.lock", "poetry.lock", "uv.lock")


@dataclasses.dataclass(frozen=True)
class FunctionSource:
    """A function's source as a person thinks of it, and two ways to send it.

    ``files`` are the handler and what comes with it, sorted by path, without the dependency file. ``handler_name`` is the
    path of the handler among them. ``requirements`` is the text of the dependency file, ``None`` if there is none, and
    ``references`` are the other files that it names.
    ``given`` is a bundle's text where the source is one, such as a version that was read from the API. ``notes`` are warnings
    about what was read. Nothing here depends on times, modes or the order of a directory.
    """

    files: tuple[SourceFile, ...] = dataclasses.field(repr=False)
    handler_name: str
    requirements: str | None = dataclasses.field(repr=False)
    layout: SourceLayout
    given: str | None = dataclasses.field(default=None, repr=False)
    references: tuple[FileReference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def handler(self) -> str:
        """The text of the handler."""
        return next(file.data for file in self.files if file.path == self.handler_name).decode()

    def as_text(self) -> str:
        """What the JSON form of the API takes as ``code``: the handler verbatim, or a bundle of several files.

        :raises InputError: several files in a language that has no bundles; the text is too large; the dependency file needs others.
        """
        refuse_references(self.references)
        if self.given is not None:
            return self.given
        if len(self.files) > 1:
            return make_bundle(self.files, self.handler_name, self.layout.language, self.module_type)
        code = self.handler
        check_code_size(code)
        return code

    def text_warnings(self) -> list[str]:
        """What works in a directory, and not in the text that :meth:`as_text` gives. One line."""
        if len(self.files) == 1 or self.layout.language not in BUNDLE_LANGUAGES:
            return []
        uses = working_directory_uses(self.files)
        if not uses:
            return []
        more = f" and {len(uses) - 3} more" if len(uses) > 3 else ""
        base = "__file__" if self.layout.language == "python" else "__dirname or import.meta.url"
        return [
            "Several files are sent as one text, whose files are not in the working directory when the function runs. "
            f"These are looked up there: {', '.join(f'{use.path} ({use.file}:{use.line})' for use in uses[:3])}{more}. Build such paths from {base}."
        ]

    def zip_warnings(self) -> list[str]:
        """What may not work in the archive that :meth:`as_zip` gives. One line each.

        :raises InputError: the dependency file needs a file that is not in it.
        """
        warnings = check_references(self.references, [file.path for file in self.files])
        uses = sibling_imports(self.files) if self.layout.language == "python" and self.layout.contract == "handle" else []
        if uses:
            more = f" and {len(uses) - 3} more" if len(uses) > 3 else ""
            warnings.append(
                "The handler is loaded as function.handler, so modules beside it are not found by their names alone: "
                f"{', '.join(f'{use.module} ({use.file}:{use.line})' for use in uses[:3])}{more}. Write from .{uses[0].module} import ... instead."
            )
        return warnings

    def as_zip(self, root_name: str) -> bytes:
        """What the multipart form of the API takes as ``code_file``, the dependency file included.

        :param root_name: the one directory inside the archive; its name is free (reference P.8).
        :raises InputError: a rule of the platform is broken, see :func:`~archive.build_zip`.
        """
        target = io.BytesIO()
        build_zip(self.zip_members(), root_name, self.layout, target)
        return target.getvalue()

    def zip_members(self) -> tuple[SourceFile, ...]:
        """The files of :meth:`as_zip`, which breaks no rule about names then. Nothing is packed.

        :raises InputError: see :func:`~archive.archive_members`; requirements for a runtime without a dependency file; the dependency
            file needs a file that is not among them.
        """
        check_references(self.references, [file.path for file in self.files])
        files = list(self.files)
        if self.requirements is not None:
            if self.layout.dependency_name is not None:
                files.append(SourceFile(self.layout.dependency_name, self.requirements.encode()))
            elif self.requirements.strip():
                raise InputError(f"This runtime ({self.layout.language}) has no dependency file, so no requirements can be sent to it.")
        return archive_members(files, self.layout)

    @property
    def module_type(self) -> str:
        """For Node.js: how the platform loads the handler, ``commonjs`` or ``module``."""
        # Today's event runtimes for Node.js load ES modules, whatever the local name (reference P.4).
        if self.layout.language == "node" and self.layout.contract == "handler":
            return "module"
        return _module_type(self.handler_name, self.requirements)


def from_text(
    code: str, layout: SourceLayout, *, handler_name: str | None = None, requirements: str | None = None, shown: str = "code"
) -> FunctionSource:
    """A function whose code is given as text. A bundle counts as the files it carries.

    :param handler_name: what to call the code; the name that the runtime wants if it has one.
    :param shown: how to call it in a message.
    :raises InputError: empty, not UTF-8, or too large.
    """
    if not code.strip():
        raise InputError(f"{shown} is empty: a function needs the text of its handler.")
    try:
        data = code.encode()
    except UnicodeEncodeError:
        raise InputError(f"{shown} is not text: it has to be UTF-8.") from None
    if b"\0" in data:
        raise InputError(f"{shown} is not text: it holds NUL bytes.")
    if len(data) > MAX_SOURCE_BYTES:
        raise InputError(f"{shown} is larger than {MAX_SOURCE_BYTES / MEBIBYTE:g} MB, which is the platform's limit.")
    bundle = open_bundle(code)
    if bundle is not None:
        _text(bundle.files[bundle.handler_name], f"{bundle.handler_name} in {shown}")
        files = tuple(SourceFile(path, content) for path, content in sorted(bundle.files.items()))
        return _with_dependencies(FunctionSource(files, bundle.handler_name, requirements, layout, given=code))
    name = handler_name or next(iter(layout.handler_names), "handler")
    return _with_dependencies(FunctionSource((SourceFile(name, data),), name, requirements, layout))


def _with_dependencies(source: FunctionSource, files: t.Mapping[str, bytes] | None = None) -> FunctionSource:
    """The same with what its dependency file reads from others in it.

    :param files: contents below the source directory.
    """
    if source.requirements is None:
        return source
    found = read_dependency_text(source.layout.dependency_name or "", source.requirements, files)
    return dataclasses.replace(source, requirements=found.text, references=found.references)


def read_source(path: Path, layout: SourceLayout, *, requirements: str | None = None, include: t.Iterable[str] = ()) -> FunctionSource:
    """Read a function from a file (its handler) or a directory (handler, dependency file, everything else).

    Of several accepted handlers the first in the layout's order is the handler; the others are plain files.

    :param requirements: a dependency text that takes the place of the directory's own.
    :param include: shell patterns of files that are taken although they hold credentials, or are left out by default.
    :raises InputError: whatever is wrong with the files: see :func:`read_directory`; no handler for this runtime; a
        handler or dependency file that is not UTF-8 text.
    :raises MissingLibraryError: there is a ``.faasignore``, and ``pathspec`` is not installed.
    """
    if not os.path.lexists(path):
        raise InputError(f"The source {path} does not exist on the machine that runs this module.")
    if not path.is_dir():
        too_large = f"{path} is larger than {MAX_SOURCE_BYTES / MEBIBYTE:g} MB, which is the platform's limit."
        data = bytes_of(find_file(str(path), str(path), too_large))
        name = next(iter(layout.handler_names), path.name)
        return from_text(_text(data, str(path)), layout, handler_name=name, requirements=requirements, shown=str(path))
    return _from_directory(path, layout, requirements, include)


def include_for(files: t.Mapping[str, bytes]) -> list[str]:
    """What ``include`` has to say so that :func:`read_source` takes each of these files from a folder that holds nothing else. Pure."""
    if IGNORE_FILE in files:
        return ["*"]
    rules = IgnoreRules(None, LOCK_FILES)
    found: set[str] = set()
    for path, data in files.items():
        parts = path.split("/")
        for place in ("/".join(parts[:count]) for count in range(1, len(parts) + 1)):
            # A folder with this file is left out as a whole, which does not show in its name.
            is_mark = place == path and place.endswith("/pyvenv.cfg")
            if is_mark or rules.ignores(place) or rules.withholds(place, data if place == path else b""):
                found.add(glob.escape(place))
                break
    return sorted(found)


def directory_members(root: Path, layout: SourceLayout, include: t.Iterable[str] = ()) -> tuple[tuple[SourceFile, ...], list[str]]:
    """The members of an archive of a directory, and what to warn of.

    :raises InputError: see :func:`read_directory` and :func:`~archive.archive_members`; the dependency file needs a file that is not there.
    """
    content = read_directory(root, extra_ignore=LOCK_FILES, include=include)
    files = {file.path: file for file in content.files}
    warnings = withheld_warnings(root, content.withheld)
    name = layout.dependency_name
    if name is not None and name in files:
        text = _text(files[name].data, f"{name} in {root}")
        found = read_dependency_text(name, text, Contents(content.files))
        files[name] = SourceFile(name, found.text.encode())
        warnings += check_references(found.references, files)
    return archive_members(files.values(), layout), warnings


def _from_directory(root: Path, layout: SourceLayout, requirements: str | None, include: t.Iterable[str]) -> FunctionSource:
    content = read_directory(root, extra_ignore=LOCK_FILES, include=include)
    by_path = {file.path: file for file in content.files}
    dependency = by_path.pop(layout.dependency_name, None) if layout.dependency_name else None
    if requirements is None and dependency is not None:
        requirements = _text(dependency.data, f"{dependency.path} in {root}")
    handler_name = _handler_name(root, layout, by_path)
    lone = from_text(
        _text(by_path[handler_name].data, f"{handler_name} in {root}"),
        layout,
        handler_name=handler_name,
        requirements=requirements,
        shown=f"{handler_name} in {root}",
    )
    found = lone if len(by_path) == 1 else FunctionSource(tuple(by_path.values()), handler_name, requirements, layout)
    found = _with_dependencies(found, Contents(content.files))
    return dataclasses.replace(found, notes=tuple(withheld_warnings(root, content.withheld)))


def _handler_name(root: Path, layout: SourceLayout, paths: t.Iterable[str]) -> str:
    present = sorted(paths)
    for name in layout.handler_names:
        if name in present:
            return name
    if not layout.handler_names and len(present) == 1:
        return present[0]
    found = ", ".join(present[:5]) + (f" and {len(present) - 5} more" if len(present) > 5 else "")
    if not layout.handler_names:
        raise InputError(
            f"Which file of {root} is the handler is not known for this runtime. Name the file itself as the source. Found: {found or 'no other file'}."
        )
    raise InputError(
        f"The source directory {root} has no handler for this runtime ({layout.language}): expected {' or '.join(layout.handler_names)} "
        f"at its top. Found: {found or 'only the dependency file'}."
    )


def _module_type(handler_name: str, manifest: str | None) -> str:
    suffix = os.path.splitext(handler_name)[1]
    if suffix != ".js" or not manifest:
        return "module" if suffix == ".mjs" else "commonjs"
    try:
        package = load_json(manifest)
    except ValueError as error:
        raise InputError(f"package.json is not valid JSON: {error}.") from None
    return "module" if isinstance(package, dict) and package.get("type") == "module" else "commonjs"


def _text(data: bytes, shown: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise InputError(f"{shown} is not text: it has to be UTF-8.") from None
    if "\0" in text:
        raise InputError(f"{shown} is not text: it holds NUL bytes.")
    return text
