# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page at ``/_emulator/``: functions, gateway, nodes, faults and the last requests at a glance. HTML and CSS only."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .compute.api import Compute
from .faas.activation import NAMESPACE, Activation
from .faas.service import FunctionService
from .faults import Faults
from .gateway.gateway import Gateway
from .recorder import Recorder

SHOWN_REQUESTS = 50
SHOWN_NODES = 50
STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } p { margin: .25rem 0; opacity: .8; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; opacity: .7; } code, td.code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
.state { padding: .1rem .5rem; border-radius: 1rem; background: var(--soft); white-space: nowrap; }
.running, .good { color: #18794e; } .failed, .bad { color: #c62a2f; } .creating, .deploying, .saving, .reinstalling { color: #ad5700; }
.wide { overflow-x: auto; } .empty { padding: .5rem 0; }
"""


def _table(heads: Iterable[str], rows: list[list[str]], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{escape(empty)}</p>'
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(text: object, kind: str = "") -> str:
    return f'<td class="{kind}">{escape(str(text))}</td>' if kind else f"<td>{escape(str(text))}</td>"


def _functions(base: str, functions: FunctionService) -> list[list[str]]:
    rows = []
    for function in functions.all():
        path, logs = f"/functions/{function.name}/", f"/_emulator/functions/{function.name}/logs"
        state = f'<td><span class="state {escape(function.status)}">{escape(function.status)}</span></td>'
        link = f'<td class="code"><a href="{escape(base + path)}">{escape(path)}</a></td>'
        note = f'<td>{escape(function.error or "")} <a href="{escape(logs)}">log</a></td>'
        size = _cell(f"{function.memory} MB, {function.timeout} s, v{function.version}")
        rows.append([_cell(function.id, "code"), _cell(function.name), state, _cell(function.runtime), _cell(function.form), size, link, note])
    return rows


def _gateway(gateway: Gateway) -> list[list[str]]:
    rows = []
    for hosted in gateway.provider.all():
        function = hosted.function
        word, kind = ("running", "running") if hosted.running else ("not running", "failed")
        state = f'<td><span class="state {kind}">{word}</span></td>'
        replicas = f"{hosted.available} of {function.replicas}" if gateway.dialect == "kubernetes" else str(function.replicas)
        calls = gateway.provider.invocations[function.namespace, function.name]
        path = f"/function/{function.name}.{function.namespace}"
        rows.append([_cell(function.name), state, _cell(function.wanted.image, "code"), _cell(replicas), _cell(calls), _cell(path, "code")])
    return rows


def _nodes(compute: Compute) -> list[list[str]]:
    rows = []
    for node in compute.nodes()[-SHOWN_NODES:][::-1]:
        state = f'<td><span class="state {escape(node.status.lower())}">{escape(node.status)}</span></td>'
        where = _cell(f"{node.project_id}, {node.location}")
        rows.append([_cell(node.id, "code"), _cell(node.name), state, _cell(node.label), _cell(node.plan), _cell(node.public_ip or "-", "code"), where])
    return rows


def _faults(faults: Faults) -> list[list[str]]:
    return [
        [
            _cell(one["id"]),
            _cell(one["action"]),
            _cell(f"{one['method']} {one['path_regex'] or one['path']}", "code"),
            _cell(one["when"]),
            _cell(f"{one['fired']} of {'any' if one['times'] < 0 else one['times']}"),
        ]
        for one in faults.report()
    ]


def _requests(recorder: Recorder) -> list[list[str]]:
    rows = []
    for one in list(recorder.requests)[-SHOWN_REQUESTS:][::-1]:
        good = one.status is not None and one.status < 400
        status = _cell("no answer" if one.status is None else one.status, "good" if good else "bad")
        rows.append([_cell(one.time, "code"), _cell(one.method), _cell(one.path, "code"), status, _cell(one.fault or "")])
    return rows


def render(
    base: str, functions: FunctionService, activation: Activation, gateway: Gateway, compute: Compute, faults: Faults, recorder: Recorder
) -> str:
    """The whole page."""
    counts = ", ".join(f"{count} {method}" for method, count in sorted(recorder.counts.items())) or "none"
    secrets = ", ".join(f"{one['name']} ({one['namespace']})" for one in gateway.report()["secrets"]) or "none"
    calls = sum(recorder.invocations.values())
    kinds = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in compute.counts().items() if count)
    activated = f"Activated, with the namespace {escape(NAMESPACE)}" if activation.active else "Not activated"
    sections = [
        (
            "Functions",
            f"<p>{activated}.</p>"
            + _table(["Id", "Name", "Status", "Runtime", "Form", "Size", "URL", ""], _functions(base, functions), "No function is deployed."),
        ),
        (
            f"OpenFaaS gateway ({escape(gateway.dialect)})",
            f"<p>Secrets: {escape(secrets)}.</p>"
            + _table(["Name", "Status", "Image", "Replicas", "Calls", "Path"], _gateway(gateway), "No function is deployed to the gateway."),
        ),
        (
            f"Last {SHOWN_NODES} nodes",
            f"<p>In all: {escape(kinds)}.</p>"
            + _table(["Id", "Name", "Status", "Label", "Plan", "Public IP", "Project, location"], _nodes(compute), "There is no node."),
        ),
        ("Faults", _table(["Id", "Action", "Matches", "When", "Met"], _faults(faults), "No fault is armed.")),
        (
            f"Last {SHOWN_REQUESTS} API requests",
            f"<p>In all: {escape(counts)}. Function calls: {calls}.</p>" + _table(["Time", "Method", "Path", "Status", "Fault"], _requests(recorder), ""),
        ),
    ]
    body = "".join(f"<section><h2>{title}</h2>{content}</section>" for title, content in sections)
    top = f"<h1>E2E API emulator</h1><p>API endpoint: <code>{escape(base)}/myaccount/api/v1/</code></p>"
    head = f'<meta charset="utf-8"><title>E2E API emulator</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{top}{body}</body></html>'
