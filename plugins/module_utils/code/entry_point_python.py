# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry point of Python code (reference P.1, P.3, P.5), read from its syntax tree and never executed."""

from __future__ import annotations

import ast
import re
import sys

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.python_syntax import parse_python
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import Contract
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

#: The newest Python that a runtime whose id names no version can be expected to have. Our choice.
ASSUMED_VERSION = (3, 12)

# What newer versions read and older ones call an error: f-strings (3.12) and t-strings (3.14), type parameters and the
# type statement (3.12), except without parentheses (3.14), except* (3.11), match and parenthesised with (3.10).
_NEWER_SYNTAX = re.compile(
    r"""\b[fFtT][rR]?["']|\b[rR][fFtT]["']|\b(?:def|class)\s+\w+\s*\[|^\s*type\s+\w|\bexcept\s*\*|\bexcept\s+[^:(]*,|^\s*(?:match|case)\b.*:|\bwith\s*\("""
)
# Names that make it impossible to tell from the text what a module defines.
_DYNAMIC_NAMES = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr"})
_DYNAMIC_ATTRIBUTES = frozenset({"modules", "__dict__"})

#: An attribute of the event of 2024, and the key that took its place (reference P.1, P.4).
_EVENT_KEYS = {"body": "body", "headers": "headers", "method": "httpMethod", "query": "queryStringParameters", "path": "path"}

_APP_CLASSES = {"FastAPI": ("asgi_app", "fastapi"), "Flask": ("wsgi_app", "flask")}
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def check_python(name: str, text: str, contract: Contract, version: tuple[int, ...] | None) -> list[str]:
    """Refuse Python code without the entry point of its contract.

    :param name: how to call the file in a message.
    :param contract: handle, handler, asgi_app or wsgi_app.
    :param version: the runtime's Python; ``None`` if it is not known.
    :returns: warnings.
    :raises InputError: a syntax error, or no entry point.
    """
    try:
        tree = parse_python(text, compiles=True)
    except SyntaxError as error:
        return [_syntax_problem(name, text, error, version)]
    if tree is None:
        return []
    found = _TopLevel(tree)
    entry = "app" if contract in ("asgi_app", "wsgi_app") else contract
    if entry not in found.names:
        if found.is_open:
            return []
        raise InputError(_missing(name, contract, found))
    if entry == "app":
        return _check_app(name, contract, found)
    return _check_function(name, entry, found)


def _syntax_problem(name: str, text: str, error: SyntaxError, version: tuple[int, ...] | None) -> str:
    """A warning where a newer Python may read the line; otherwise the refusal."""
    lines = text.splitlines()
    number = error.lineno or 1
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    here = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    if (version or ASSUMED_VERSION) > sys.version_info[:2] and (_NEWER_SYNTAX.search(line[:1000]) or error.msg.startswith("f-string")):
        return f"{name}:{number}: {error.msg}, says {here}, which checks it here; a newer one may read it. Its entry point was not checked."
    raise InputError(f"{name}:{number}: {error.msg} (as {here} reads it).")


class _TopLevel:
    """What a module defines.

    ``names`` are bound at its top level, also below ``if``, ``try`` and the like. ``is_open`` tells that it may define
    more than can be seen. ``functions`` are the definitions by name, in order; ``made_by`` is the class that a name's
    value is an instance of, where that is plain to see.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.names: set[str] = set()
        self.functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        self.made_by: dict[str, str] = {}
        self._bound: list[str] = []
        self.is_open = any(_is_dynamic(node) for node in ast.walk(tree))
        # Not recursive: an elif chain is as deep as it is long.
        pending: list[ast.AST] = list(tree.body)
        while pending:
            node = pending.pop()
            self._bind(node)
            if isinstance(node, _Function):
                pending += [*node.decorator_list, node.args]
            elif not isinstance(node, (ast.ClassDef, ast.Lambda)):
                pending += ast.iter_child_nodes(node)
        self.names.update(self._bound)

    def is_bound_once(self, name: str) -> bool:
        """Whether the name has one definition, so that it is certain which one counts."""
        return self._bound.count(name) == 1

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, _Function):
            self._bound.append(node.name)
            self.functions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.ClassDef):
            self._bound.append(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self._bound.append(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._bound += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        elif sys.version_info >= (3, 10) and isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            self._bound.append(node.name)
        elif sys.version_info >= (3, 10) and isinstance(node, ast.MatchMapping) and node.rest:
            self._bound.append(node.rest)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            self._note_class(node)

    def _note_class(self, node: ast.Assign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not isinstance(node.value, ast.Call):
            return
        maker = node.value.func
        called = maker.id if isinstance(maker, ast.Name) else maker.attr if isinstance(maker, ast.Attribute) else ""
        for target in targets:
            if isinstance(target, ast.Name):
                self.made_by[target.id] = called


def _is_dynamic(node: ast.AST) -> bool:
    return (
        (isinstance(node, ast.Name) and node.id in _DYNAMIC_NAMES)
        or (isinstance(node, ast.Attribute) and node.attr in _DYNAMIC_ATTRIBUTES)
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names))
        or isinstance(node, ast.Global)
        or (isinstance(node, _Function) and node.name == "__getattr__")
    )


def _missing(name: str, contract: Contract, found: _TopLevel) -> str:
    apps = [(variable, made) for variable, made in sorted(found.made_by.items()) if made in _APP_CLASSES]
    if contract in ("asgi_app", "wsgi_app"):
        wanted = "FastAPI" if contract == "asgi_app" else "Flask"
        own = [variable for variable, made in apps if made == wanted]
        if own:
            return f"{name} calls its {wanted} application {own[0]}, and this runtime starts app: rename {own[0]} to app."
        if "handler" in found.functions:
            return f"{name} defines handler, and this runtime starts a {wanted} application called app: use an -http runtime, such as python-3.11-http."
        return f"{name} does not define app at its top level, and this runtime starts a {wanted} application of that name."
    call = f"{contract}(event, context)"
    other = "handle" if contract == "handler" else "handler"
    if other in found.functions:
        if contract == "handler":
            return (
                f"{name} defines handle, as the runtimes of 2024 want it, and this runtime calls {call}: rename handle to handler, "
                'and read the event as a dictionary, such as event["body"].'
            )
        return f"{name} defines handler, as today's runtimes want it, and this runtime of 2024 calls {call}: rename handler to handle."
    if apps:
        made = apps[0][1]
        return f"{name} makes a {made} application, and this runtime calls {call}: use the runtime python-3.11-{_APP_CLASSES[made][1]}, or define {contract}."
    for alias in ("lambda_handler", "main"):
        if alias in found.functions:
            return f"{name} defines {alias}, and this runtime calls {call}: rename {alias} to {contract}."
    return f"{name} does not define {contract} at its top level, and this runtime calls {call}."


def _check_app(name: str, contract: Contract, found: _TopLevel) -> list[str]:
    made = found.made_by.get("app", "")
    belongs, runtime = _APP_CLASSES.get(made, (contract, ""))
    if belongs != contract and found.is_bound_once("app"):
        raise InputError(f"{name}: app is a {made} application, and this runtime is not for {made}: use the runtime python-3.11-{runtime}.")
    return []


def _check_function(name: str, entry: str, found: _TopLevel) -> list[str]:
    definitions = found.functions.get(entry, [])
    if len(definitions) != 1 or not found.is_bound_once(entry) or definitions[0].decorator_list:
        return []
    function = definitions[0]
    if not _takes_two(function.args):
        problem = f"{name}:{function.lineno}: {entry} has to take two arguments, because the platform calls {entry}(event, context)."
        if entry == "handler":
            raise InputError(problem)
        return [problem]
    return _event_use(name, entry, function)


def _takes_two(args: ast.arguments) -> bool:
    positional = len(args.posonlyargs) + len(args.args)
    required = positional - len(args.defaults)
    keywords_required = any(default is None for default in args.kw_defaults)
    return required <= 2 and (positional >= 2 or args.vararg is not None) and not keywords_required


def _event_use(name: str, entry: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """A warning about the first use of the event in the way of the other generation."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    if not parameters:
        return []
    event = parameters[0].arg
    nodes = list(ast.walk(function))
    if any(_makes_unclear(node, event) for node in nodes) or [node.arg for node in nodes if isinstance(node, ast.arg)].count(event) > 1:
        return []
    uses: list[tuple[int, str]] = []
    for node in nodes:
        if not isinstance(node, (ast.Attribute, ast.Subscript)) or not isinstance(node.value, ast.Name) or node.value.id != event:
            continue
        if entry == "handler" and isinstance(node, ast.Attribute) and node.attr in _EVENT_KEYS:
            key = _EVENT_KEYS[node.attr]
            uses.append((node.lineno, f'{event}.{node.attr} is the form of 2024; in this runtime the event is a dictionary: {event}["{key}"].'))
        if entry == "handle" and isinstance(node, ast.Subscript):
            uses.append((node.lineno, f"in this runtime of 2024 the event is an object and no dictionary: {event}.body and so on."))
    return [f"{name}:{line}: {problem}" for line, problem in sorted(uses)[:1]]


def _makes_unclear(node: ast.AST, event: str) -> bool:
    """Whether the name may stand for something else: it is assigned, or the code asks what it is."""
    if isinstance(node, ast.Name):
        return node.id == event and not isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "hasattr", "getattr", "type")
