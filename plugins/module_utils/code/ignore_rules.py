# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files of a source directory stay at home: sensible defaults, and the directory's own ``.faasignore``."""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import SETTINGS, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingLibraryError

if t.TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".faasignore"

# Older ones do not tell a file that a pattern brings back from one of which none says anything.
_OLDEST_PATHSPEC = "0.12"

#: Names (shell patterns) that are never part of a function, wherever they are.
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
)

#: Names, in small letters, of files and directories in which tools keep passwords, tokens and private keys. One with a slash is the end
#: of a path. Taken from the lists that are there for such files: GitHub's gitignore templates (Terraform, Python, direnv, Laravel, ...),
#: the file signatures of gitrob, and the tools' own pages. Not from them: what is rather source code, or data, there (``settings.py``,
#: ``database.yml``, ``*.sqlite``, ``*.log``).
CREDENTIAL_NAMES = (
    # Variables of the environment.
    ".env",
    ".env.*",
    ".envrc",
    # Package managers and repositories.
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pypirc",
    "pip.conf",
    "pip.ini",
    ".condarc",
    "auth.json",
    ".bundle",
    ".gem",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".netrc",
    "_netrc",
    ".git-credentials",
    ".dockercfg",
    ".dockerconfigjson",
    ".docker",
    # Clouds and the tools of operators.
    ".aws",
    ".azure",
    ".config/gcloud",
    ".config/gh",
    ".config/rclone",
    ".boto",
    ".s3cfg",
    ".kube",
    "kubeconfig",
    ".openfaas",
    ".e2e_cli",
    ".terraform",
    ".terraformrc",
    "terraform.rc",
    "*.tfstate",
    "*.tfstate.*",
    "*.tfvars",
    "*.tfvars.json",
    ".vault-token",
    ".vault_pass*",
    "application_default_credentials.json",
    "credentials.json",
    "client_secret*.json",
    "service-account*.json",
    "service_account*.json",
    "serviceaccount*.json",
    "*-firebase-adminsdk-*.json",
    # Databases and web servers.
    ".pgpass",
    ".my.cnf",
    ".mylogin.cnf",
    ".htpasswd",
    # Keys.
    ".ssh",
    ".gnupg",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    "*_rsa",
    "*_dsa",
    "*_ecdsa",
    "*_ed25519",
    "*.key",
    "*.ppk",
    "*.p12",
    "*.pfx",
    "*.pkcs12",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "*.ovpn",
)

#: Names of files in the PEM format. Certificates are public, and packages bring those of authorities along; only a private key is none.
PEM_NAMES = ("*.pem", "*.crt", "*.cer", "*.cert")
_PRIVATE_KEY = b"PRIVATE KEY-----"

#: Names that mean something to a tool only at the top of the directory.
ROOT_IGNORES = (IGNORE_FILE, "function_config.yaml")


def _somewhere_in(names: t.Iterable[str]) -> re.Pattern[str]:
    """Finds a path that one of the names, or of the paths, is a part of."""
    return re.compile("(?:^|/)(?:" + "|".join(re.escape(name).replace(r"\*", "[^/]*") for name in names) + ")(?:/|$)")


_CREDENTIALS, _PEM = _somewhere_in(CREDENTIAL_NAMES), _somewhere_in(PEM_NAMES)


def may_hold_key(path: str) -> bool:
    """Whether only the content tells that a file holds a private key."""
    return bool(_PEM.search(path.lower()))


def holds_credentials(path: str, data: bytes = b"") -> bool:
    """Whether a file holds credentials, as its path says, or for one in the PEM format its content.

    :param path: relative, with forward slashes.
    """
    return bool(_CREDENTIALS.search(path.lower()) or (may_hold_key(path) and _PRIVATE_KEY in data))


@functools.cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Matches what one of these shell patterns does. They are the same for all functions of a task."""
    return re.compile("|".join(map(fnmatch.translate, names)))


# Each one more makes the work for a name longer by about the length of the name. Three take half a second for the longest names.
_MOST_ASTERISKS = 3


def _takes_too_long(line: str) -> bool:
    """Whether a line of ``.faasignore`` could be tried for minutes."""
    parts = [] if line.startswith("#") else re.sub(r"\\.", "", line).split("/")
    return parts.count("**") > _MOST_ASTERISKS or any(len(re.findall(r"\*+", part)) > _MOST_ASTERISKS for part in parts)


class IgnoreRules:
    """The defaults, overruled by ``.faasignore`` (rules of gitignore, so ``!name`` brings a default back), and that by ``include``.

    As with git, a file below an ignored directory cannot be brought back: the directory is never entered.
    """

    def __init__(self, spec: GitIgnoreSpec | None, extra: t.Iterable[str], include: t.Iterable[str] = ()) -> None:
        self._spec = spec
        ignored = _any_of((*DEFAULT_IGNORES, *extra))
        # Folders above a file are asked about once for each file in them.
        self._is_ignored_name = functools.lru_cache(maxsize=None)(lambda name: ignored.match(name) is not None)
        self._include = tuple(include)

    @classmethod
    def load(cls, root: str, extra: t.Iterable[str] = (), include: t.Iterable[str] = ()) -> IgnoreRules:
        """Read ``.faasignore`` of a directory, if it has one.

        :param extra: more default patterns for names.
        :param include: shell patterns of names, or with a slash of paths, of what is taken whatever the rules say.
        :raises InputError: the file is unreadable, not text, or has a pattern that is not valid.
        :raises MissingLibraryError: there is such a file, and ``pathspec`` is not installed, or too old.
        """
        path = os.path.join(root, IGNORE_FILE)
        if not os.path.isfile(path):
            return cls(None, extra, include)
        missing = MissingLibraryError("pathspec", f"to read {path}", _OLDEST_PATHSPEC)
        try:
            from pathspec import GitIgnoreSpec
        except ImportError as error:
            raise missing from error
        if not hasattr(GitIgnoreSpec, "check_file"):
            raise missing
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
            return cls(GitIgnoreSpec.from_lines(lines), extra, include)
        except ValueError as error:
            raise InputError(f"{path} holds a pattern that gitignore does not know: {str(error).splitlines()[0]}") from None

    def ignores(self, path: str, directory: str | None = None) -> bool:
        """Whether a file or directory stays out.

        :param path: relative to the root, with forward slashes and none at the end.
        :param directory: where the directory is on disk; ``None`` for a file.
        """
        verdict = self._verdict(path, is_directory=directory is not None)
        if verdict is not None:
            return verdict
        if path in ROOT_IGNORES:
            return True
        # Of a directory that is entered for one file in it the others stay out.
        if any(map(self._is_ignored_name, path.split("/"))):
            return True
        return directory is not None and os.path.isfile(os.path.join(directory, "pyvenv.cfg"))

    def withholds(self, path: str, data: bytes = b"", *, is_directory: bool = False) -> bool:
        """Whether something that is not ignored stays out because it holds credentials."""
        return holds_credentials(path, data) and self._verdict(path, is_directory=is_directory) is None

    def _verdict(self, path: str, *, is_directory: bool) -> bool | None:
        """What the user says: ``True`` to leave it out, ``False`` to take it, ``None`` for nothing."""
        if any(_includes(pattern, path, is_directory=is_directory) for pattern in self._include):
            return False
        return None if self._spec is None else self._spec.check_file(f"{path}/" if is_directory else path).include


def _includes(pattern: str, path: str, *, is_directory: bool) -> bool:
    """Whether a pattern names a file, a directory that it is in, or for a directory something in it."""
    wanted, parts = pattern.strip("/").split("/"), path.split("/")
    if len(wanted) == 1:
        return any(fnmatch.fnmatchcase(part, wanted[0]) for part in parts)
    together = list(zip(wanted, parts))
    return (len(parts) >= len(wanted) or is_directory) and all(fnmatch.fnmatchcase(part, want) for want, part in together)
