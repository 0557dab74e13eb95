# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON and YAML that somebody else wrote. Pure. The parsers of Python stop at some texts with errors that nobody expects of them."""

from __future__ import annotations

import importlib
import json
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import MissingLibraryError

#: No API and no file that people write goes so deep, and what takes a value apart calls itself for each level.
DEEPEST = 100

# A few lines of YAML can stand for more values than a memory holds, each alias for a list of aliases. Nobody writes so many by hand.
MOST_VALUES = 100_000


# A surrogate, which stands for a character only together with another one.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class NotYamlError(ValueError):
    """A text is no usable YAML. The message is the rest of a sentence that begins with its name, and quotes nothing of the text."""


def load_json(text: t.Union[str, bytes]) -> t.Any:
    """The value of a JSON text. Each half of a character in its texts is replaced, because nothing that uses a text expects one.

    :raises ValueError: it is none, or nests deeper than :data:`DEEPEST`.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    level = [value]
    for unused in range(DEEPEST):
        level = [part for item in level if isinstance(item, (dict, list)) for part in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return whole(value) if _HALF.search(text.decode("ascii", "ignore") if isinstance(text, bytes) else text) else value
    raise ValueError("it nests too deeply")


def load_yaml(text: t.Union[str, bytes], needed_for: str, resolvers: t.Mapping[str, tuple[t.Any, list[str]]] | None = None) -> t.Any:
    """The value of a YAML document.

    :param needed_for: what PyYAML is needed for, such as ``to read stack.yml``.
    :param resolvers: by tag what a plain value has to look like and how it may begin, in the place of YAML's own kinds of values.
    :raises NotYamlError: it is none, nests too deeply, or has aliases that stand for too much.
    :raises MissingLibraryError: PyYAML is not installed.
    """
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise MissingLibraryError("PyYAML", needed_for) from None

    class Loader(yaml.SafeLoader):  # type: ignore[misc, name-defined]
        """With resolvers of its own, if there are any."""

    if resolvers is not None:
        Loader.yaml_implicit_resolvers = {}
        for tag, (pattern, first) in resolvers.items():
            Loader.add_implicit_resolver(tag, pattern, first)
    try:
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            if _values(yaml, node, {}) > MOST_VALUES:
                raise NotYamlError(f"has aliases that stand for more than {MOST_VALUES:,} values")
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except NotYamlError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise NotYamlError("is not valid YAML" + (f" (line {mark.line + 1}, column {mark.column + 1})" if mark else "")) from None
    except (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        # The constructors of tags such as !!int and !!timestamp raise whatever an unfit value leads to.
        raise NotYamlError("is not valid YAML") from None


def _values(yaml: t.Any, node: t.Any, known: dict[int, int]) -> int:
    """How many values a node stands for, each alias counted as all that it repeats."""
    if id(node) not in known:
        # A node that holds itself.
        known[id(node)] = MOST_VALUES + 1
        children: t.Iterable[t.Any] = ()
        if isinstance(node, yaml.MappingNode):
            children = (part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        known[id(node)] = 1 + sum(_values(yaml, child, known) for child in children)
    return known[id(node)]
