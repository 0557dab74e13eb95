# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that are as they should be already: in loops, in one task, and beside the peers' loops, all above an empty play."""

from __future__ import annotations

import statistics
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import tasks
from .rows import Row, above
from .runs import Bench, Usage, interleaved, play, unchanged_play

PART = "functions"
FEW, MANY, VERY_MANY = 20, 100, 1000

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKK0c1rq8X0mZ1p3Yl4m8tqQzQ3c0uV4nZc9XwJX0u0o benchmark"


def measure(bench: Bench) -> list[Row]:
    """All rows of this part; the same loop over amazon.aws.lambda serves every goal that compares with it."""
    tasks.control(bench, "POST", "reset")
    code = tasks.source(bench)
    many, very_many = tasks.names("many", MANY), tasks.names("thousand", VERY_MANY)
    # The lists of the API are those of a project, so what has a thousand functions is in one of its own.
    apart = {"E2E_PROJECT_ID": "2"}
    aws, hetzner = _aws(bench), _hetzner(bench)

    def ours(task: dict[str, Any], env: dict[str, str] | None = None) -> Callable[[], Usage]:
        return lambda: unchanged_play(bench.folder, [task], env=env)

    def theirs(task: dict[str, Any]) -> Callable[[], Usage]:
        return lambda: unchanged_play(bench.folder, [task], venv=bench.peers, env=_AWS_ACCOUNT)

    for task in (aws, hetzner):
        play(bench.folder, [task], venv=bench.peers, env=_AWS_ACCOUNT)
    play(bench.folder, [tasks.stack(many, code) if tasks.has_stack() else tasks.loop(many, code)])
    cases: dict[str, Callable[[], Usage]] = {
        "empty": lambda: play(bench.folder, []),
        "empty of the peers": lambda: play(bench.folder, [], venv=bench.peers),
        "aws": theirs(aws),
        "hetzner": theirs(hetzner),
        "ordinary": ours(tasks.loop(many[:FEW], code), {"E2E_DIRECT": "false"}),
        "direct": ours(tasks.loop(many, code)),
        "single": ours(tasks.single(many[0], code)),
    }
    if tasks.has_stack():
        play(bench.folder, [tasks.stack(very_many, code)], env=apart)
        cases |= {"stack": ours(tasks.stack(many, code)), "large stack": ours(tasks.stack(very_many, code), apart)}
    if tasks.has_role_with_list():
        cases["role"] = ours(tasks.role_with_list(many, code))
    found = {name: [used.seconds for used in used_by] for name, used_by in interleaved(cases, bench.runs).items()}
    return as_rows(found)


def as_rows(found: Mapping[str, Sequence[float]]) -> list[Row]:
    """The rows, from the seconds of each case's runs."""
    empty, empty_of_peers = found["empty"], found["empty of the peers"]
    aws = above(found["aws"], empty_of_peers)

    def per_aws(seconds: tuple[float, ...], items: int) -> float:
        return (statistics.median(aws) / FEW) / (statistics.median(seconds) / items)

    direct, single = above(found["direct"], empty), above(found["single"], empty)
    rows = [
        Row(PART, "empty play", empty, note="in the peers' environment: %.3f" % statistics.median(empty_of_peers)),
        Row(PART, "loop over amazon.aws.lambda", aws, FEW, peer=True),
        Row(PART, "loop over hetzner.hcloud.ssh_key", above(found["hetzner"], empty_of_peers), FEW, peer=True),
        Row(PART, "loop over e2e_faas_function, not direct", above(found["ordinary"], empty), FEW),
        Row(PART, "loop over e2e_faas_function, direct", direct, MANY, reached={"loop-direct": per_aws(direct, MANY)}),
        Row(PART, "one e2e_faas_function task, direct", single, reached={"single-direct": statistics.median(single)}),
    ]
    if "stack" in found:
        stack, large = above(found["stack"], empty), above(found["large stack"], empty)
        growth = (statistics.median(large) / VERY_MANY) / (statistics.median(stack) / MANY)
        rows += [
            Row(PART, "e2e_faas_stack, 100 functions", stack, MANY,
                reached={"stack-100": statistics.median(stack), "stack-100-peer": per_aws(stack, MANY)}),
            Row(PART, "e2e_faas_stack, 1,000 functions", large, VERY_MANY, reached={"stack-1000": statistics.median(large), "stack-growth": growth}),
        ]
    else:
        rows.append(Row(PART, "e2e_faas_stack", note="this collection does not have the module"))
    if "role" in found:
        role = above(found["role"], empty)
        rows.append(Row(PART, "the role with a list, 100 functions", role, MANY,
                        reached={"role-100": statistics.median(role), "role-100-peer": per_aws(role, MANY)}))
    else:
        rows.append(Row(PART, "the role with a list", note="the role of this collection does not take one"))
    return rows


_AWS_ACCOUNT = {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark", "AWS_REGION": "eu-central-1"}


def _aws(bench: Bench) -> dict[str, Any]:
    """The loop over amazon.aws.lambda: a ZIP that is there, compared by its digest and by the function's settings."""
    archive = bench.folder / "function.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("handler.rb", "def handler(event:, context:)\n  {}\nend\n")
    function = {"zip_file": str(archive), "runtime": "ruby3.3", "handler": "handler.handler", "role": "arn:aws:iam::123456789012:role/benchmark"}
    task = {"name": "{{ item }}", "memory_size": 128, "endpoint_url": bench.fakes, **function}
    return {"amazon.aws.lambda": task, "loop": tasks.names("few", FEW)}


def _hetzner(bench: Bench) -> dict[str, Any]:
    key = {"name": "{{ item }}", "public_key": _KEY, "api_token": "benchmark", "api_endpoint": f"{bench.fakes}/v1"}
    return {"hetzner.hcloud.ssh_key": key, "loop": tasks.names("few", FEW)}
