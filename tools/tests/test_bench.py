# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pieces of the benchmark: its goals, medians, table, document and pictures' data, and what the fakes answer. Nothing here is timed."""

from __future__ import annotations

import base64
import hashlib
import importlib
import itertools
import json
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.benchmarks import chart, deploy, functions, inventory
from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.fakes import Server
from tests.benchmarks.goals import GOALS
from tests.benchmarks.report import document, table
from tests.benchmarks.rows import Goal, Row, above
from tests.benchmarks.runs import BenchError, Usage, command, interleaved
from tools.bench import DOCUMENT, GOALS as GOALS_PICTURE, SECONDS, SHOWN
from tools.project import ROOT

ABOUT = {
    "measured": "2026-11-30",
    "runs": 3,
    "latency_ms": 20,
    "machine": {"processor": "A processor", "cores": 2, "memory_gb": 24, "system": "Linux", "load_before": 0.1},
    "versions": {"Python": "3.11.7"},
}

# The limits that the project has set itself, in its own words: (key, limit, unit, whether more is better).
PROMISED = [
    ("loop-direct", 12, "", True),
    ("single-direct", 0.2, "s", False),
    ("stack-100", 1.0, "s", False),
    ("stack-100-peer", 60, "", True),
    ("role-100", 1.0, "s", False),
    ("role-100-peer", 60, "", True),
    ("stack-1000", 4, "s", False),
    ("stack-growth", 1, "", False),
    ("deploy-100", 1.3, "", False),
    ("role-module", 1.3, "", False),
    ("inventory-plain", 1.0, "", False),
    ("inventory-grouped", 1.5, "", False),
    ("inventory-memory", 1.0, "", False),
    ("packaging-unchanged", 2.0, "", False),
    ("packaging-changed", 0.5, "", False),
    ("packaging-memory", 100, "MB", False),
]


def report(*rows: Row) -> dict[str, Any]:
    """What a run of these rows leaves behind, as its reader finds it."""
    found: dict[str, Any] = json.loads(json.dumps(document(rows, ABOUT)))
    return found


def test_every_goal_has_the_limit_that_was_promised() -> None:
    assert [(key, goal.limit, goal.unit, goal.at_least) for key, goal in GOALS.items()] == PROMISED
    assert {goal.part for goal in GOALS.values()} <= set(PARTS)


def test_every_file_that_measures_is_a_part() -> None:
    files = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("*.py") if "\ndef measure(" in path.read_text(encoding="utf-8")}
    assert {"functions", "deploy", "role"} <= files <= set(PARTS)


def test_every_goal_is_in_the_table_with_its_limit_and_verdict() -> None:
    rows = [
        Row(goal.part, f"row of {key}", (1.0,), reached={key: goal.limit * (2 if number % 2 == goal.at_least else 0.5)})
        for number, (key, goal) in enumerate(GOALS.items())
    ]
    text = table(report(*rows))
    lines = text.splitlines()
    for number, (key, goal) in enumerate(GOALS.items()):
        (place,) = [place for place, line in enumerate(lines) if f"row of {key} " in f"{line} "]
        below = lines[place + 1]
        assert goal.text in below
        assert f"(goal: {'at least' if goal.at_least else 'at most'} {goal.limit:g}" in below
        assert below.endswith(": NOT MET" if number % 2 == 0 else ": met")
    assert lines[-2:] == ["8 of 16 goals met", "not met: " + ", ".join(list(GOALS)[::2])]


def test_a_goal_counts_as_met_only_when_all_its_rows_reach_it() -> None:
    found = report(
        Row("packaging", "small files", (1.0,), reached={"packaging-changed": 0.4}),
        Row("packaging", "large files", (1.0,), reached={"packaging-changed": 0.6}),
        Row("role", "the role", note="was not there"),
    )
    assert [(goal["row"], goal["met"]) for goal in found["goals"] if goal["key"] == "packaging-changed"] == [("small files", True), ("large files", False)]
    lines = table(found).splitlines()
    assert "  the role  was not there" in lines
    assert lines[-3:-1] == ["0 of 16 goals met", "not met: packaging-changed"]
    assert lines[-1].startswith("not measured: loop-direct, ") and "packaging-changed" not in lines[-1]


@pytest.mark.parametrize(("at_least", "value", "met"), [
    (True, 11.9, False), (True, 12, True), (False, 12, True), (False, 12.1, False), (False, -0.1, False), (True, -13, False),
])
def test_a_limit_itself_is_enough_and_noise_is_not(at_least: bool, value: float, met: bool) -> None:
    assert Goal("role", "times", 12, at_least=at_least).met(value) is met


def test_a_row_has_the_middle_of_its_runs_above_the_middle_of_the_empty_plays() -> None:
    seconds = above([2.5, 9.0, 2.4], [0.4, 0.5, 3.0])
    assert seconds == pytest.approx((2.0, 8.5, 1.9))
    row = report(Row("role", "ten", seconds, 10, peak_mb=12.34))["rows"][0]
    assert (row["median"], row["per_item"], row["runs"], row["peak_mb"]) == (2.0, 0.2, [2.0, 8.5, 1.9], 12.3)
    (line,) = [line for line in table(report(Row("role", "ten", seconds, 10, peak_mb=12.34))).splitlines() if line.startswith("  ten ")]
    assert line.split() == ["ten", "10", "2.000", "1.900", "8.500", "0.2000", "12"]


def test_a_row_without_runs_has_no_numbers() -> None:
    row = report(Row("startup", "e2e_node", note="12 kB"))["rows"][0]
    assert row == {
        "part": "startup", "name": "e2e_node", "peer": False, "items": 1, "runs": [], "median": None, "per_item": None, "peak_mb": None, "note": "12 kB",
    }


def test_the_numbers_of_functions_are_for_each_one_and_above_the_play_of_their_own_environment() -> None:
    found = {
        "empty": [0.4, 0.4, 0.5], "empty of the peers": [0.5, 0.6, 0.6], "aws": [8.6, 8.6, 9.0], "hetzner": [6.6, 6.6, 7.0],
        "ordinary": [6.4, 6.4, 9.0], "direct": [3.4, 3.4, 9.0], "single": [0.5, 0.5, 0.9], "stack": [0.9, 0.9, 2.0], "large stack": [2.4, 2.4, 4.0],
        "role": [1.2, 1.2, 2.0],
    }
    rows = {row.name: row for row in functions.as_rows(found)}
    reached = {key: value for row in rows.values() for key, value in row.reached.items()}
    assert reached == pytest.approx({
        # The loop over the peer: 8 s for 20, so 0.4 s each.
        "loop-direct": 0.4 / 0.03, "single-direct": 0.1, "stack-100": 0.5, "stack-100-peer": 0.4 / 0.005,
        "stack-1000": 2.0, "stack-growth": 0.002 / 0.005, "role-100": 0.8, "role-100-peer": 0.4 / 0.008,
    })
    assert rows["loop over hetzner.hcloud.ssh_key"].per_item == pytest.approx(0.3)
    assert [name for name, row in rows.items() if row.peer] == ["loop over amazon.aws.lambda", "loop over hetzner.hcloud.ssh_key"]


def test_an_inventory_is_compared_with_the_static_file() -> None:
    found = {
        "static YAML file": [Usage(4.0, 150.0, ""), Usage(5.0, 160.0, ""), Usage(9.0, 150.0, "")],
        "e2e": [Usage(4.0, 120.0, ""), Usage(4.0, 80.0, ""), Usage(4.0, 80.0, "")],
        "e2e, with groups": [Usage(6.0, 90.0, "")] * 3,
        "hetzner.hcloud": [Usage(16.0, 300.0, "")],
    }
    rows = {row.name: row for row in inventory.as_rows(found)}
    reached = {key: value for row in rows.values() for key, value in row.reached.items()}
    assert reached == pytest.approx({"inventory-plain": 0.8, "inventory-memory": 0.75, "inventory-grouped": 1.2})
    assert [name for name, row in rows.items() if row.peer] == ["static YAML file", "hetzner.hcloud"]


def test_cases_take_turns() -> None:
    turns = itertools.count(1)
    assert interleaved({"a": lambda: next(turns), "b": lambda: next(turns)}, 3) == {"a": [1, 3, 5], "b": [2, 4, 6]}


def test_the_memory_of_a_program_and_of_those_it_waits_for_is_measured() -> None:
    small = command([sys.executable, "-c", "print('done')"])
    inner = "x = bytearray(120_000_000); x[::4096] = b'x' * len(x[::4096])"
    large = command([sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"])
    assert small.output == "done\n"
    assert large.peak_mb > small.peak_mb + 80


def test_a_program_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(BenchError, match="exit code 3:\nno such thing"):
        command([sys.executable, "-c", "import sys; print('no such thing'); sys.exit(3)"])


LOG: list[dict[str, Any]] = [
    {"method": "GET", "path": "/api/faas/functions/", "query": {"page": "1"}, "form": None, "status": 200},
    {"method": "GET", "path": "/api/faas/function/first-0000/", "query": {}, "form": None, "status": 404},
    {"method": "POST", "path": "/api/faas/functions/", "query": {}, "form": "multipart", "status": 200},
    {"method": "POST", "path": "/api/faas/functions/", "query": {}, "form": "multipart", "status": 200},
    {"method": "GET", "path": "/api/faas/function/first-0001/", "query": {}, "form": None, "status": 200},
    {"method": "GET", "path": "/api/faas/function/first-0001/", "query": {}, "form": None, "status": 200},
]
NAMES = ["first-0000", "first-0001"]


def test_the_bare_script_is_told_to_send_what_is_in_the_log() -> None:
    assert deploy.as_plan(LOG, NAMES) == {
        "common": [{"path": "/api/faas/functions/", "query": {"page": "1"}}],
        "functions": [{"name": "first-0000", "before": 1, "after": 0}, {"name": "first-0001", "before": 0, "after": 2}],
    }
    assert deploy.kinds(LOG, NAMES) == {
        ("GET", "/api/faas/functions/", 200): 1,
        ("GET", "/api/faas/function/NAME/", 404): 1,
        ("POST", "/api/faas/functions/", 200): 2,
        ("GET", "/api/faas/function/NAME/", 200): 2,
    }


@pytest.mark.parametrize(("log", "message"), [
    ([*LOG, {"method": "PUT", "path": "/api/faas/function/first-0000/", "query": {}, "form": "multipart", "status": 200}], "cannot send PUT"),
    (LOG[:3], "1 functions were created, not 2"),
])
def test_a_log_that_the_bare_script_cannot_send_is_refused(log: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(BenchError, match=message):
        deploy.as_plan(log, NAMES)


def test_the_pictures_show_each_item_where_items_count_and_shorter_is_better() -> None:
    found = report(
        Row("functions", "empty play", (0.4,)),
        Row("functions", "the loop of another", (8.0,), 20, peer=True),
        Row("functions", "a stack", (0.5,), 100, reached={"stack-100": 0.5, "stack-100-peer": 30}),
        Row("inventory", "ours", (5.5,), 10_000),
        Row("role", "the role", (1.0,), 10),
    )
    assert chart.panels(found) == [
        ("Nothing to change: seconds for each function", [
            chart.Bar("the loop of another", 0.4, "0.40", chart.PEER), chart.Bar("a stack", 0.005, "0.0050", chart.OURS),
        ]),
        ("An inventory of 10,000 nodes: seconds", [chart.Bar("ours", 5.5, "5.50", chart.OURS)]),
    ]
    assert [(one.length, one.text, one.colour) for one in chart.goals(found)] == [
        (0.5, "0.500 s (at most 1 s)", chart.OURS), (2.0, "30.0 (at least 60)", chart.MISSED),
    ]
    for words in ("2026-11-30", "A processor, 2 cores, 24 GB", "load average before: 0.1", "3 runs", "20 ms", "Python 3.11.7"):
        assert words in chart.footer(found)


def test_the_documentation_shows_numbers_of_this_suite() -> None:
    shown = json.loads((SHOWN / DOCUMENT).read_text(encoding="utf-8"))
    assert {(goal["key"], goal["limit"]) for goal in shown["goals"]} == {(key, goal.limit) for key, goal in GOALS.items()}
    page = (SHOWN / "guide_speed.rst").read_text(encoding="utf-8")
    for picture in (SECONDS, GOALS_PICTURE):
        assert f".. figure:: {picture}" in page
        assert (SHOWN / picture).read_text(encoding="utf-8").rstrip().endswith("</svg>")


@pytest.fixture(name="fakes")
def fakes_fixture() -> Iterator[str]:
    with Server(latency=0, servers=60) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def ask(url: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_function_that_the_fake_was_given_is_read_with_the_digest_of_its_code(fakes: str) -> None:
    url = f"{fakes}/2015-03-31/functions"
    assert ask(f"{url}/hello") == (404, {"Type": "User", "Message": "Function not found: hello"})
    given = {"FunctionName": "hello", "Role": "arn", "Timeout": 3, "MemorySize": 128, "Runtime": "ruby3.3", "Handler": "a.b", "Description": ""}
    status, made = ask(url, {**given, "Code": {"ZipFile": base64.b64encode(b"code").decode()}})
    assert status == 201
    assert ask(f"{url}/hello?Qualifier=1")[1]["Configuration"] == made
    assert {key: made[key] for key in given} == given
    assert base64.b64decode(made["CodeSha256"]) == hashlib.sha256(b"code").digest()
    assert made["State"] == "Active" and made["LastUpdateStatus"] == "Successful"


def test_an_ssh_key_that_the_fake_was_given_is_found_by_its_name_with_its_fingerprint(fakes: str) -> None:
    assert ask(f"{fakes}/v1/ssh_keys?name=one")[1]["ssh_keys"] == []
    status, made = ask(f"{fakes}/v1/ssh_keys", {"name": "one", "public_key": f"ssh-ed25519 {base64.b64encode(b'key').decode()} me"})
    assert status == 201
    assert made["ssh_key"]["fingerprint"] == "3c:6e:0b:8a:9c:15:22:4a:82:28:b9:a9:8c:a1:53:1d"
    assert ask(f"{fakes}/v1/ssh_keys?name=one")[1]["ssh_keys"] == [made["ssh_key"]]
    assert ask(f"{fakes}/v1/ssh_keys?name=two")[1]["ssh_keys"] == []


def test_the_servers_of_the_fake_come_in_pages_and_none_twice(fakes: str) -> None:
    names, pages, page = [], [], 1
    while page:
        pages.append(page)
        found = ask(f"{fakes}/v1/servers?page={page}&per_page=50")[1]
        names += [server["name"] for server in found["servers"]]
        assert found["meta"]["pagination"]["total_entries"] == 60
        page = found["meta"]["pagination"]["next_page"]
    assert pages == [1, 2]
    assert names == [f"node-{number:05}" for number in range(60)]
    assert len(ask(f"{fakes}/v1/servers")[1]["servers"]) == 25


@pytest.mark.parametrize("path", ["/v1/volumes", "/v2/servers", "/2015-03-31/functions/"])
def test_what_the_fakes_do_not_know_is_not_found(fakes: str, path: str) -> None:
    assert ask(fakes + path)[0] == 404


@pytest.mark.parametrize("part", [part for part in PARTS if (ROOT / "tests" / "benchmarks" / f"{part}.py").exists()])
def test_every_part_can_be_loaded_without_what_it_measures(part: str) -> None:
    assert callable(importlib.import_module(f"tests.benchmarks.{part}").measure)
