# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ``stack.yml`` of faas-cli, read as faas-cli reads it. Pure: variables and further files are handed in.

As in faas-cli, variables are put in before the YAML is parsed, every plain value is text as it is written (``1.10`` stays
``1.10``), a key that stands twice is refused, and keys that are not known are ignored (reference T.2).
"""

from __future__ import annotations

import re
import typing as t
from bisect import bisect_right
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import SCALE_LABELS
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import NotYamlError, load_yaml
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

_PROVIDERS = ("openfaas", "faas")
_RESOURCES = ("memory", "cpu")
# YAML 1.1, which faas-cli's library reads.
_TRUE, _FALSE = ("y", "yes", "on", "true"), ("n", "no", "off", "false", "")

_RESOLVERS = {
    "tag:yaml.org,2002:merge": (re.compile("<<$"), ["<"]),
    "tag:yaml.org,2002:null": (re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
}

_NAME = re.compile(r"\w+")
_DEFAULT = re.compile(r":[-=?+]|=")


@dataclass(frozen=True)
class StackFunction:
    """One function. What the file does not say is empty, because a deployment with faas-cli clears it too.

    :param namespace: empty for the gateway's default.
    :param handler: the folder with its code, as written; relative to the file.
    :param lang: the template that builds it.
    :param build_secrets: paths of files by the name that the build knows them by.
    :param copy_extra: paths that are copied beside the code, relative as ``handler`` is; the same for all functions of the file.
    :param template_source: where the template comes from; empty when the file does not say.
    """

    name: str
    image: str
    namespace: str
    env_process: str
    env: dict[str, str]
    secrets: tuple[str, ...]
    labels: dict[str, str]
    annotations: dict[str, str]
    limits: dict[str, str]
    requests: dict[str, str]
    constraints: tuple[str, ...]
    read_only_root_filesystem: bool
    handler: str
    lang: str
    skip_build: bool
    build_args: dict[str, str] = field(default_factory=dict)
    build_options: tuple[str, ...] = ()
    build_secrets: dict[str, str] = field(default_factory=dict)
    copy_extra: tuple[str, ...] = ()
    template_source: str = ""

    def options(self) -> dict[str, t.Any]:
        """Under the names that the module's options have, without what says how the image is built."""
        return {
            "name": self.name,
            "image": self.image or None,
            "namespace": self.namespace or None,
            "env_process": self.env_process,
            "env": dict(self.env),
            "secrets": list(self.secrets),
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
            "limits": dict(self.limits),
            "requests": dict(self.requests),
            "constraints": list(self.constraints),
            "read_only_root_filesystem": self.read_only_root_filesystem,
            # Bounds that are labels in the file stay labels.
            "replicas": None if any(label in self.labels for label in SCALE_LABELS.values()) else {},
        }


@dataclass(frozen=True)
class Stack:
    """A file.

    :param gateway: URL of the gateway; empty when it names none.
    """

    gateway: str
    functions: tuple[StackFunction, ...]


class StackFile:
    """A file whose functions are read one by one, so that one that cannot be used does not keep the others from being used.

    No message quotes a value, or a piece of a file that cannot be parsed: they may hold secrets.

    :param variables: for ``${NAME}``, usually the process environment.
    :raises InputError: it cannot be used.
    :raises MissingLibraryError: PyYAML is not installed.
    """

    def __init__(self, text: str, variables: t.Mapping[str, str]) -> None:
        document = _mapping(_load(_substituted(text, variables), "the file"), "the file")
        provider = _mapping(document.get("provider"), "provider")
        if _text(provider.get("name"), "provider.name") not in _PROVIDERS:
            raise _error("provider.name has to be openfaas")
        #: URL of the gateway; empty when the file names none.
        self.gateway = _text(provider.get("gateway"), "provider.gateway").rstrip("/")
        self._functions = _mapping(document.get("functions"), "functions")
        if not self._functions:
            raise _error("it has no functions")
        self._build = _BuildSettings.read(document.get("configuration"))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all functions, in the order of the file."""
        return tuple(self._functions)

    def matching(self, pattern: str) -> list[str]:
        """The functions whose names match a shell pattern, as faas-cli's ``--filter``.

        :raises InputError: there is none.
        """
        names = [name for name in self._functions if fnmatchcase(name, pattern)]
        if not names:
            raise InputError(f"stack.yml has no function that matches {pattern!r}. It has: {', '.join(sorted(self._functions))}.")
        return names

    def function(self, name: str, read_file: t.Callable[[str], str]) -> StackFunction:
        """One function.

        :param read_file: gives the text of an ``environment_file``; may raise OSError or ValueError.
        :raises InputError: it cannot be used.
        """
        return _function(name, self._functions[name], read_file, self._build)


def read_stack(text: str, variables: t.Mapping[str, str], read_file: t.Callable[[str], str], pattern: str = "*") -> Stack:
    """Read a file at once. The parameters are those of :class:`StackFile`.

    :param pattern: shell pattern of the functions to return.
    :raises InputError: it cannot be used, or no function matches.
    """
    file = StackFile(text, variables)
    found, problems = [], []
    for name in file.matching(pattern):
        try:
            found.append(file.function(name, read_file))
        except InputError as error:
            problems.append(error)
    if len(problems) > 1:
        raise InputError(f"{len(problems)} functions of stack.yml cannot be used. " + " ".join(error.message.removeprefix(_PREFIX) for error in problems))
    if problems:
        raise problems[0]
    return Stack(file.gateway, tuple(found))


class _BuildSettings(t.NamedTuple):
    """What the file says about the builds of all its functions."""

    copy_extra: tuple[str, ...]
    templates: dict[str, str]

    @classmethod
    def read(cls, value: t.Any) -> _BuildSettings:
        configuration = _mapping(value, "configuration")
        templates = {}
        for number, entry in enumerate(_list(configuration.get("templates"), "configuration.templates"), 1):
            where = f"configuration.templates, entry {number}"
            parts = _mapping(entry, where)
            templates[_text(parts.get("name"), f"{where}: name")] = _text(parts.get("source"), f"{where}: source")
        return cls(_several(configuration.get("copy"), "configuration.copy"), templates)


def _function(name: str, value: t.Any, read_file: t.Callable[[str], str], build: _BuildSettings) -> StackFunction:
    where = f"functions.{name}"
    parts = _mapping(value, where)

    def text(key: str) -> str:
        return _text(parts.get(key), f"{where}.{key}")

    def texts(key: str) -> dict[str, str]:
        return _texts(parts.get(key), f"{where}.{key}")

    def several(key: str) -> tuple[str, ...]:
        return _several(parts.get(key), f"{where}.{key}")

    env = texts("environment")
    for path in several("environment_file"):
        env |= _environment_file(path, read_file, f"{where}.environment_file")
    return StackFunction(
        name=name,
        image=text("image"),
        namespace=text("namespace"),
        env_process=text("fprocess"),
        env=env,
        secrets=several("secrets"),
        labels=texts("labels"),
        annotations=texts("annotations"),
        limits=_resources(texts("limits")),
        requests=_resources(texts("requests")),
        constraints=several("constraints"),
        read_only_root_filesystem=_truth(parts.get("readonly_root_filesystem"), f"{where}.readonly_root_filesystem"),
        handler=text("handler"),
        lang=text("lang"),
        skip_build=_truth(parts.get("skip_build"), f"{where}.skip_build"),
        build_args=texts("build_args"),
        build_options=several("build_options"),
        build_secrets=texts("build_secrets"),
        copy_extra=build.copy_extra,
        template_source=build.templates.get(text("lang"), ""),
    )


def _environment_file(path: str, read_file: t.Callable[[str], str], where: str) -> dict[str, str]:
    try:
        text = read_file(path)
    except OSError as error:
        raise _error(f"{where}: cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise _error(f"{where}: {path} is not text") from None
    found = _mapping(_load(_Substituted.of(text), f"{where}: {path}"), f"{where}: {path}")
    return _texts(found.get("environment"), f"{where}: environment in {path}")


# Values.


_PREFIX = "stack.yml cannot be used: "


def _error(problem: str) -> InputError:
    return InputError(f"{_PREFIX}{problem}.")


def _mapping(value: t.Any, where: str) -> dict[str, t.Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _error(f"{where} has to be a mapping (key: value)")
    if not all(isinstance(key, str) for key in value):
        raise _error(f"{where} has a key that is no text: put it in quotes")
    return value


def _text(value: t.Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _error(f"{where} has to be text: put it in quotes")
    return value


def _texts(value: t.Any, where: str) -> dict[str, str]:
    return {name: _text(item, f"{where}.{name}") for name, item in _mapping(value, where).items()}


def _list(value: t.Any, where: str) -> list[t.Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _error(f"{where} has to be a list (- one - two)")
    return value


def _several(value: t.Any, where: str) -> tuple[str, ...]:
    return tuple(_text(item, where) for item in _list(value, where))


def _resources(values: dict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in _RESOURCES if values.get(name)}


def _truth(value: t.Any, where: str) -> bool:
    word = _text(value, where).lower()
    if word not in _TRUE + _FALSE:
        raise _error(f"{where} has to be true or false")
    return word in _TRUE


def _load(text: _Substituted, where: str) -> t.Any:
    """Every plain value is text; merge keys work as usual, and a key that stands twice is an error."""
    try:
        return load_yaml(text.text, "to read stack.yml", _RESOLVERS, unique_keys=True, place=text.place)
    except NotYamlError as error:
        raise _error(f"{where} {error}") from None


# Variables, with the rules of the library that faas-cli uses for them (drone/envsubst).


class _Substituted(t.NamedTuple):
    """A text with its variables put in, which still knows what came from where.

    :param pieces: position in ``text`` and in ``source`` where each piece begins, and whether it is as it was written.
    """

    text: str
    source: str
    pieces: tuple[tuple[int, int, bool], ...]

    @classmethod
    def of(cls, text: str) -> _Substituted:
        return cls(text, text, ((0, 0, True),))

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of the source, from 1, of what became this position in the text."""
        number = bisect_right([start for start, _origin, _as_written in self.pieces], position)
        start, origin, as_written = self.pieces[number - 1] if self.pieces else (0, 0, True)
        offset = origin + position - start if as_written else origin
        return self.source.count("\n", 0, offset) + 1, offset - (self.source.rfind("\n", 0, offset) + 1) + 1


def substitute(text: str, variables: t.Mapping[str, str]) -> str:
    """Put variables in: ``${NAME}``, and ``${NAME:-default}`` for one that is unset or empty, whose default may hold variables again.

    A variable that is not set is empty. ``$NAME`` stays as it is, ``$$`` is one dollar sign, and so is a backslash in front of a
    slash or of another one.

    :raises InputError: an expression that has no end, or is of another kind.
    """
    return _substituted(text, variables).text


def _substituted(text: str, variables: t.Mapping[str, str]) -> _Substituted:
    parts, pieces, length = [], [], 0
    for origin, part, as_written in _expand(text, 0, variables, nested=False)[0]:
        pieces.append((length, origin, as_written))
        parts.append(part)
        length += len(part)
    return _Substituted("".join(parts), text, tuple(pieces))


# Position in the source, what became of it, and whether it is as it was written.
_Part = tuple[int, str, bool]


def _expand(text: str, position: int, variables: t.Mapping[str, str], *, nested: bool) -> tuple[list[_Part], int]:
    """Up to the end of the text, or with ``nested`` up to the bracket that ends a default. Also tells where it stopped."""
    parts: list[_Part] = []
    start = position

    def as_written() -> None:
        if position > start:
            parts.append((start, text[start:position], True))

    while position < len(text):
        two = text[position : position + 2]
        if two == "${":
            as_written()
            value, end = _expression(text, position, variables)
            parts.append((position, value, False))
            start = position = end
        elif nested and text[position] == "}":
            break
        elif not nested and two in ("$$", "\\/", "\\\\"):
            as_written()
            parts.append((position, two[1], False))
            start = position = position + 2
        else:
            position += 1
    as_written()
    return parts, position


def _expression(text: str, start: int, variables: t.Mapping[str, str]) -> tuple[str, int]:
    line = text.count("\n", 0, start) + 1
    name = _NAME.match(text, start + 2)
    if name is None:
        raise _error(f"line {line}: ${{ is not followed by the name of a variable; write $${{ for the characters themselves")
    position, value = name.end(), variables.get(name[0], "")
    operator = _DEFAULT.match(text, position)
    if operator is not None:
        parts, position = _expand(text, operator.end(), variables, nested=True)
        value = value or "".join(part for _origin, part, _as_written in parts)
    if text[position : position + 1] != "}":
        raise _error(f"line {line}: the expression with the variable {name[0]} has no end, or is not of the form ${{NAME}} or ${{NAME:-default}}")
    return value, position + 1
