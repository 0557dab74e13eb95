# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of an export: what is in it, what has to be written, and what would be lost by that."""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import Source, source_entries
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import KEPT, read_bytes, write_private
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import DiffEntry
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConsentError, InputError

#: Where the code of functions lies. Nothing else may be in there, because a file more is another function.
FUNCTIONS = "functions"


@dataclass(frozen=True)
class FolderChange:
    """What writing an export changes.

    :param before: content by path of what is there and would be replaced or removed, or stays.
    :param after: content by path of what shall be there.
    """

    folder: Path
    before: t.Mapping[str, bytes] = field(repr=False)
    after: t.Mapping[str, bytes] = field(repr=False)

    @property
    def lost(self) -> list[str]:
        """Files whose content would be replaced or removed."""
        return sorted(path for path, data in self.before.items() if self.after.get(path) != data)

    @property
    def written(self) -> list[str]:
        """Files that would be written."""
        return sorted(path for path, data in self.after.items() if self.before.get(path) != data)

    @property
    def diff(self) -> list[DiffEntry]:
        """The change, file by file."""
        return source_entries(self.folder.name)(Source.of(self.before), Source.of(self.after))

    def check_consent(self, overwrite: bool) -> None:
        """Refuse to lose what is there.

        :raises ConsentError: something is, and ``overwrite`` was not asked for.
        """
        if self.lost and not overwrite:
            names = ", ".join(self.lost[:5]) + (f" and {len(self.lost) - 5} more" if len(self.lost) > 5 else "")
            raise ConsentError(
                f"dest: {self.folder} holds other content than the export in {names}. Set overwrite: true to replace it, or name another folder."
            )

    def write(self) -> None:
        """Make it so, each file readable by the owner alone: code and variables may say more than everybody should know.

        :raises InputError: a file cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in self.lost:
                if path not in self.after:
                    (self.folder / path).unlink()
            for path in self.written:
                target = self.folder / path
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(target, self.after[path])
        except OSError as error:
            raise InputError(f"dest: {self.folder} cannot be written: {error.strerror}.") from None


def folder_change(folder: Path, after: t.Mapping[str, bytes], kept: t.Collection[str]) -> FolderChange:
    """Compare a folder with what shall be in it.

    :param kept: files that belong to the user once they are there.
    :raises InputError: it is no folder, cannot be read, or a path leads out of it.
    """
    for path in after:
        parts = PurePosixPath(path).parts
        if PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path or "\\" in path:
            raise InputError(f"The code of a function holds a file with the path {path!r}, which leads out of its folder. Nothing was written.")
    wanted = {path: data for path, data in after.items() if path not in kept or not (folder / path).exists()}
    before: dict[str, bytes] = {}
    try:
        if folder.exists():
            for path in sorted({*wanted, *_files_below(folder, {str(PurePosixPath(*PurePosixPath(path).parts[:2])) for path in wanted if "/" in path})}):
                if (folder / path).exists():
                    before[path] = read_bytes(folder / path, KEPT)
    except OSError as error:
        raise InputError(f"dest: {folder} cannot be read: {error.strerror}.") from None
    return FolderChange(folder, before, wanted)


def _files_below(folder: Path, tops: t.Collection[str]) -> t.Iterator[str]:
    for top in tops:
        for place, _folders, names in os.walk(folder / top):
            yield from (Path(place, name).relative_to(folder).as_posix() for name in names)
