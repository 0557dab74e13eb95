# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which runtimes are let through, and whose word counts about what the code has to define (reference B.2, P.1)."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    MISSING,
    Reply,
    Run,
    ScriptedApi,
    Step,
    absent,
    function,
    get,
    html,
    ok,
    post,
    put,
    refusal,
    run_module,
    runtimes,
    shows,
)

TODAY = 'def handler(event, context):\n    return {"statusCode": 200}\n'
CLASSIC = 'def handle(event, context):\n    return "Hello"\n'
NO_LIST = [MISSING, Reply(404, b'{"detail": "Not found."}'), html(404), Reply(405, b'{"detail": "Method not allowed."}')]


def run(args: t.Mapping[str, t.Any], check: bool = False) -> Run:
    return run_module(e2e_faas_function, {**CREDENTIALS, "name": "hello", **args}, check=check)


def offers(**templates: str) -> Step:
    """A list of runtimes for Python, by id with their templates."""
    entries = [{"runtime": identifier, "node_type": "cpu", "label": "requirements.txt", "boiler_code": code} for identifier, code in templates.items()]
    return runtimes(ok(entries))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("answer", NO_LIST, ids=["API's 404", "framework's 404", "page with 404", "405"])
@pytest.mark.parametrize(("runtime", "code"), [("python-3.11-http", TODAY), ("python3-http-debian", CLASSIC), ("cobol/1", "DISPLAY 'Hello'.")])
def test_without_a_list_every_id_passes(api: ScriptedApi, runtime: str, code: str, answer: Reply, check: bool) -> None:
    api.expect(*absent(), runtimes(answer), *([] if check else [post(), get(shows())]))
    outcome = run({"runtime": runtime, "code": code}, check=check)
    assert (outcome["function"]["runtime"], outcome["function"]["hardware"], outcome.warnings) == (runtime, "cpu", [])


def test_without_a_list_a_missing_runtime_is_asked_for(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes(MISSING))
    outcome = run({"code": TODAY})
    assert outcome.code == "invalid_input"
    assert outcome.msg.startswith("runtime is needed to create the function hello. The server offers: the API has no list of them;")
    api.expect(*absent(), runtimes(MISSING))
    assert "which runtime is the custom container cannot be told" in run({"image": "nginx"}).msg


@pytest.mark.parametrize("answer", [refusal(403, "No"), refusal(400, "No")])
def test_a_list_that_is_refused_is_no_missing_one(api: ScriptedApi, answer: Reply) -> None:
    api.expect(*absent(), runtimes(answer))
    assert run({"runtime": "python-3.11-http", "code": TODAY}).failed


@pytest.mark.parametrize("runtime", ["python-3.11-http", "python-3.11-fastapi", "node-20-express"])
def test_todays_id_that_is_not_in_the_list_is_sent_with_a_warning(api: ScriptedApi, runtime: str) -> None:
    for check in (True, False):
        api.expect(*absent(), offers(**{"python3-http-debian": CLASSIC}), *([] if check else [post(), get(shows())]))
        outcome = run({"runtime": runtime, "code": "app = FastAPI()\n" if "fastapi" in runtime else TODAY}, check=check)
        assert not outcome.failed, outcome.msg
        assert outcome.warnings == [f"runtime: {runtime} is not in the list that the API returns. It has the form of today's runtimes, so it is sent as it is."]


@pytest.mark.parametrize("runtime", ["cobol-1", "node18", "Python-3.11-http", "python3-http-debain"])
def test_an_unknown_id_is_refused_with_the_list(api: ScriptedApi, runtime: str) -> None:
    for check in (True, False):
        api.expect(*absent(), offers(**{"python3-http-debian": CLASSIC, "python-3.11-fastapi": ""}))
        outcome = run({"runtime": runtime, "code": TODAY}, check=check)
        assert outcome.msg == f"runtime: {runtime!r} is not one that the server offers. Accepted: python3-http-debian, python-3.11-fastapi."


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("runtime", "template", "right", "wrong"),
    [
        ("python3-http-debian", TODAY, TODAY, CLASSIC),
        ("python3-http-debian", "async " + TODAY, TODAY, CLASSIC),
        ("python-3.11-http", CLASSIC, CLASSIC, TODAY),
        # The id alone tells where the template shows nothing that is known.
        ("python3-http-debian", "", CLASSIC, TODAY),
        ("python-3.11-http", "print()\n", TODAY, CLASSIC),
        ("python-3.11-http", "app = Flask(__name__)\n", "app = Flask(__name__)\n", TODAY),
    ],
)
def test_the_servers_template_decides_what_code_has_to_define(api: ScriptedApi, runtime: str, template: str, right: str, wrong: str, check: bool) -> None:
    listed = offers(**{runtime: template})
    api.expect(*absent(), listed, *([] if check else [post(), get(shows())]))
    outcome = run({"runtime": runtime, "code": right}, check=check)
    assert not outcome.failed, outcome.msg
    api.expect(*absent(), listed)
    refused = run({"runtime": runtime, "code": wrong}, check=check)
    assert (refused.code, refused["changed"]) == ("invalid_input", False)
    assert refused.msg.endswith("If the code is right all the same, set check_entry_point: false.")
    api.expect(*absent(), listed, *([] if check else [post(), get(shows())]))
    assert run({"runtime": runtime, "code": wrong, "check_entry_point": False}, check=check)["changed"] is True


def test_before_an_update_is_refused_the_template_is_asked(api: ScriptedApi) -> None:
    """A change of the code alone does not need the list, unless the code looks wrong."""
    there = function(code=CLASSIC)
    api.expect(get(ok(there)), put(), get(ok({**there, "code": CLASSIC + "# two\n"})))
    assert run({"code": CLASSIC + "# two\n", "digest_variable": ""})["changed"] is True
    api.expect(get(ok(there)), offers(**{"python3-http-debian": TODAY}), put(), get(ok({**there, "code": TODAY})))
    assert run({"code": TODAY, "digest_variable": ""})["changed"] is True
    for answer in (offers(**{"python3-http-debian": CLASSIC}), offers(**{"python3-http-debian": "app = Flask(__name__)\n"}), runtimes(MISSING)):
        api.expect(get(ok(there)), answer)
        refused = run({"code": TODAY})
        assert (refused.code, refused.msg.endswith("set check_entry_point: false.")) == ("invalid_input", True)
