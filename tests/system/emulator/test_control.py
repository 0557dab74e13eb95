# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API."""

from __future__ import annotations

import requests
from emulator_api import Api


def test_the_request_log(api: Api) -> None:
    api.call("GET", "faas/functions/", query={**api.query, "page_no": "1"})
    api.deploy("f")
    api.invoke("f")
    api.call("DELETE", "faas/function/f/", json={"function": "g"})
    api.call("POST", "faas/functions/", token="wrong")
    report = api.process.control("GET", "requests")
    first = report["requests"][0]
    assert (first["method"], first["path"], first["status"]) == ("GET", "/myaccount/api/v1/faas/functions/", 200)
    assert first["query"] == {"project_id": "1", "location": "Delhi", "page_no": "1"}
    assert "emulator-key" not in str(report) and "emulator-token" not in str(report)
    assert report["counts"]["POST"] == 2
    assert report["writes"] == api.process.writes() == 3
    created = next(one for one in report["requests"] if one["method"] == "POST")
    assert {"function", "code"} <= set(created["keys"]) and "def handle" not in str(report)
    assert [one["keys"] for one in report["requests"][-2:]] == [["function"], None]
    assert report["requests"][-1]["status"] == 401
    assert report["invocations"] == {"f": 1}
    assert not [one for one in report["requests"] if one["path"].startswith(("/functions/", "/_emulator"))]


def test_clearing_the_log_keeps_the_functions(api: Api) -> None:
    api.deploy("f")
    api.process.clear_requests()
    assert api.process.requests() == [] and api.process.writes() == 0
    assert api.invoke("f").text == "hello"


def test_reset(api: Api) -> None:
    api.deploy("f")
    api.process.fault({"path": "nothing", "action": "empty"})
    pid = api.process.control("GET", "functions/f/logs")["pid"]
    api.process.reset()
    assert api.process.requests() == []
    assert api.process.control("GET", "faults")["faults"] == []
    assert requests.get(f"{api.url}/_emulator/functions/f/logs", timeout=10).status_code == 404
    assert api.invoke("f").status_code == 404
    assert not _alive(pid)
    assert api.deploy("f")["id"] == 1001


def test_reset_while_functions_are_built(api: Api) -> None:
    for number in range(5):
        api.create(f"f{number}")
    api.process.reset()
    assert api.call("GET", "faas/functions/").json()["data"] == []


def test_logs_in_pages(api: Api) -> None:
    api.deploy("f", "def handle(event, context):\n    for number in range(25): print(number)\n    return ''\n")
    api.invoke("f")
    whole = api.process.control("GET", "functions/f/logs")
    pages, after = [], 0
    while True:
        page = api.process.control("GET", f"functions/f/logs?after={after}&limit=10")
        after = page["next"]
        if not page["logs"]:
            break
        pages.append(page["logs"])
    assert [len(page) for page in pages][:2] == [10, 10]
    assert [line for page in pages for line in page] == whole["logs"]
    assert requests.get(f"{api.url}/_emulator/functions/f/logs?after=x", timeout=10).status_code == 400


def test_control_paths_that_do_not_exist(api: Api) -> None:
    assert requests.get(f"{api.url}/_emulator/nothing", timeout=10).status_code == 404
    assert requests.get(f"{api.url}/_emulator/reset", timeout=10).status_code == 405


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
