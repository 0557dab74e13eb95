# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is, written down as a playbook: tasks that change nothing when they are run. Pure."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import textwrap
import typing as t
from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import MissingLibraryError

COLLECTION = "e2enetworks.cloud"
PLAYBOOK, VALUES, INVENTORY = "playbook.yml", "secrets.yml", "inventory.e2e.yml"
#: The variable of :data:`VALUES` that holds what an export leaves out, by the keys of :attr:`Task.to_fill`.
VARIABLE = "e2e_export_secrets"
_WIDTH = 120

# What only a text in double quotes keeps. A block that ends in an empty line would need a mark after it, which ends the playbook.
_BY_ESCAPES = re.compile(r"\A\s|[ \t]\n|\n\n\Z|[\r\x85\u2028\u2029]")

#: What a thing is, of all that an export tells apart: its kind, its namespace if it has one, and its name.
Identity = tuple[str, ...]
_What = t.TypeVar("_What", str, Identity)


class Expression(str):
    """A template for Ansible. Any other text that looks like one is written so that Ansible leaves it alone."""


@dataclass(frozen=True)
class Task:
    """One task.

    :param module: its short name.
    :param title: what the task is about, such as ``node web``.
    :param options: the module's options; :class:`Expression` for what is filled in later.
    :param notes: what the task cannot say, a sentence each.
    :param files: content by path below the folder of the export.
    :param to_fill: by the key in :data:`VARIABLE` the names of the values that a user has to supply; empty for one value without a name.
    :param only_if: a condition of Ansible.
    """

    module: str
    title: str
    options: t.Mapping[str, t.Any]
    notes: tuple[str, ...] = ()
    files: t.Mapping[str, bytes] = field(default_factory=dict, repr=False)
    to_fill: t.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_if: str = ""


def folders_of(names: t.Iterable[str]) -> dict[str, str]:
    """A name for the folder of each of them, which no other one has."""
    return _told_apart({name: re.sub(r"[^A-Za-z0-9_-]", "_", name) for name in names}, "{word}.{digest}")


def keys_of(identities: t.Iterable[Identity]) -> dict[Identity, str]:
    """A key of :data:`VARIABLE` for each of them, which no other one has: else one would get the secret of the other."""
    return _told_apart({identity: re.sub(r"[^A-Za-z0-9]", "_", "_".join(identity)) for identity in identities}, "alike_{word}_{digest}")


def _told_apart(words: t.Mapping[_What, str], form: str) -> dict[_What, str]:
    """The words, with a digest of what is meant where several have the same one, whatever their order.

    :param form: what no word looks like, so that nobody can choose a name that makes one of these.
    """
    # Not every file system tells small letters from capital ones.
    times = Counter(word.lower() for word in words.values())

    def told(what: _What, word: str) -> str:
        return word if times[word.lower()] == 1 else form.format(word=word, digest=hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16])

    return {what: told(what, word) for what, word in words.items()}


def filled_in(key: str) -> Expression:
    """The value of a key of :data:`VARIABLE`; left out, so that what is there stays, as long as it is not filled in."""
    return Expression("{{ " + f"{VARIABLE}.{key} | default(omit)" + " }}")


def playbook(tasks: t.Sequence[Task], defaults: t.Mapping[str, t.Any], notes: t.Sequence[str]) -> str:
    """The tasks as a playbook.

    :param defaults: options of every task, for ``module_defaults``.
    :param notes: what the reader should know, a paragraph each.
    :raises MissingLibraryError: PyYAML is not installed.
    """
    play: dict[str, t.Any] = {"name": "What the export found", "hosts": "localhost", "gather_facts": False}
    if defaults:
        play["module_defaults"] = {f"group/{COLLECTION}.all": dict(defaults)}
    play["vars_files"] = [VALUES]
    lines = ["---", *_comments(notes), _dump([play]).rstrip("\n"), "  tasks:" if tasks else "  tasks: []"]
    for position, task in enumerate(tasks):
        title = _plain(task.title)
        entry: dict[str, t.Any] = {"name": title[:1].upper() + title[1:], f"{COLLECTION}.{task.module}": dict(task.options)}
        if task.only_if:
            entry["when"] = Expression(task.only_if)
        lines += [*([""] if position else []), *(f"    {line}" for line in _comments(task.notes)), textwrap.indent(_dump([entry]).rstrip("\n"), "    ", bool)]
    return "\n".join(lines) + "\n"


def values_to_fill(tasks: t.Iterable[Task]) -> dict[str, list[str]]:
    """What a user has to supply, by its key in :data:`VARIABLE`."""
    return {key: sorted(names) for task in tasks for key, names in task.to_fill.items()}


def values_file(wanted: t.Mapping[str, t.Sequence[str]]) -> str:
    """A file in which the values are to be filled in. As it is, the playbook keeps the values that are there."""
    lines = ["---", *_comments(["What an export leaves out, because it is secret or may be. Without it, the playbook keeps the values that are there."])]
    if wanted:
        lines += _comments(["To make things anew, put the lines below in the place of {}, fill them in, and encrypt the file:"])
        lines.append(f"#   ansible-vault encrypt {VALUES}")
    lines.append(f"{VARIABLE}: {{}}")
    for key, names in wanted.items():
        lines += [f"#   {key}:", *(f"#     {_quoted(name)}:" for name in names)]
    return "\n".join(lines) + "\n"


def inventory(options: t.Mapping[str, t.Any]) -> str:
    """A configuration of the inventory plugin."""
    lines = ["---", *_comments(["The nodes of the project as hosts. Credentials come from the environment."])]
    return "\n".join(lines) + "\n" + _dump({"plugin": f"{COLLECTION}.e2e", **options})


def _plain(title: str) -> str:
    """A title without what Ansible would take for a template: the name of a task cannot be marked as text."""
    return " ".join(title.replace("{", "(").replace("}", ")").split())


def _comments(paragraphs: t.Iterable[str]) -> list[str]:
    return [f"# {line}" for text in paragraphs for line in textwrap.wrap(" ".join(text.split()), _WIDTH - 6, break_on_hyphens=False)]


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else json.dumps(name)


def _dump(value: t.Any) -> str:
    """YAML for Ansible, in the order and with the quotes that people write."""
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise MissingLibraryError("PyYAML", "to write a playbook") from None

    class Dumper(yaml.SafeDumper):  # type: ignore[misc, name-defined, unused-ignore]
        """Lists stand below their key, as ansible-lint wants them."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> t.Any:
            return super().increase_indent(flow, False)

    def text(dumper: t.Any, value: str) -> t.Any:
        tag = "!unsafe" if not isinstance(value, Expression) and re.search(r"\{[{%#]", value) else "tag:yaml.org,2002:str"
        escaped = _BY_ESCAPES.search(value) is not None
        style = "|" if "\n" in value and not escaped else '"' if escaped or tag == "!unsafe" or "{{" in value else None
        return dumper.represent_scalar(tag, str(value), style=style)

    Dumper.add_representer(str, text)
    Dumper.add_representer(Expression, text)
    return str(yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))
