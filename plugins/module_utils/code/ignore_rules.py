# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of a source directory stay at home: sensible defaults, and the directory's own ``.faasignore``."""

from __future__ import annotations

import fnmatch
import os
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import SETTINGS, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingLibraryError

if t.TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".faasignore"

#: Names (shell patterns) that are never part of a function, wherever they are. ``.env`` files hold secrets.
DEFAULT_IGNORES = (
    ".git",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".hg",
    ".hgignore",
    ".svn",
    "__pycache__",
    "*.pyc",
    "*.pyo",
    "node_modules",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__MACOSX",
    ".DS_Store",
    "Thumbs.db",
    ".idea",
    ".vscode",
    "*.swp",
    "*.swo",
    "*~",
    ".env",
    ".env.*",
)

#: Names that mean something to a tool only at the top of the directory.
ROOT_IGNORES = (IGNORE_FILE, "function_config.yaml")


# Each one more makes the work for a name longer by about the length of the name. Three take half a second for the longest names.
_MOST_ASTERISKS = 3


def _takes_too_long(line: str) -> bool:
    """Whether a line of ``.faasignore`` could be tried for minutes."""
    parts = [] if line.startswith("#") else re.sub(r"\\.", "", line).split("/")
    return parts.count("**") > _MOST_ASTERISKS or any(len(re.findall(r"\*+", part)) > _MOST_ASTERISKS for part in parts)


class IgnoreRules:
    """The defaults, overruled by ``.faasignore`` (rules of gitignore, so ``!name`` brings a default back).

    As with git, a file below an ignored directory cannot be brought back: the directory is never entered.
    """

    def __init__(self, spec: GitIgnoreSpec | None, extra: t.Iterable[str]) -> None:
        self._spec = spec
        self._patterns = (*DEFAULT_IGNORES, *extra)

    @classmethod
    def load(cls, root: str, extra: t.Iterable[str] = ()) -> IgnoreRules:
        """Read ``.faasignore`` of a directory, if it has one; ``extra`` are more default patterns for names.

        :raises InputError: the file is unreadable, not text, or has a pattern that is not valid.
        :raises MissingLibraryError: there is such a file, and ``pathspec`` is not installed.
        """
        path = os.path.join(root, IGNORE_FILE)
        if not os.path.isfile(path):
            return cls(None, extra)
        try:
            from pathspec import GitIgnoreSpec
        except ImportError as error:
            raise MissingLibraryError("pathspec", f"to read {path}") from error
        try:
            lines = read_bytes(path, SETTINGS).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise InputError(f"{path} is not UTF-8 text.") from None
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from None
        for number, line in enumerate(lines, 1):
            if _takes_too_long(line):
                raise InputError(f"{path}, line {number}: a part of a pattern has more than {_MOST_ASTERISKS} asterisks, which takes too long to try.")
        try:
            return cls(GitIgnoreSpec.from_lines(lines), extra)
        except ValueError as error:
            raise InputError(f"{path} holds a pattern that gitignore does not know: {str(error).splitlines()[0]}") from None

    def ignores(self, path: str, directory: str | None = None) -> bool:
        """Whether a file or directory stays out.

        :param path: relative to the root, with forward slashes and none at the end.
        :param directory: where the directory is on disk; ``None`` for a file.
        """
        if self._spec is not None:
            verdict = self._spec.check_file(path if directory is None else f"{path}/").include
            if verdict is not None:
                return verdict
        if path in ROOT_IGNORES:
            return True
        name = path.rpartition("/")[2]
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in self._patterns):
            return True
        return directory is not None and os.path.isfile(os.path.join(directory, "pyvenv.cfg"))
