# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What --diff shows, and what no output ever shows."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

import pytest
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    CREDENTIALS,
    HANDLER,
    MISSING,
    Run,
    ScriptedApi,
    Step,
    absent,
    delete,
    function,
    get,
    listing,
    ok,
    post,
    put,
    refusal,
    run_module,
    runtimes,
    shows,
)

SECRET = "tr0ub4dor&3\u00e9"
FOREIGN = "value that somebody else set"
ARGS: dict[str, t.Any] = {
    **CREDENTIALS,
    "name": "hello",
    "runtime": "python3-http-debian",
    "code": HANDLER,
    "requirements": "requests\n",
    "env": {"GREETING": "Hello"},
    "secret_env": {"PASSWORD": SECRET},
}


# Which form it is sent in: its runtime is one of the vendor's CLI.
TRAVELS = {"prepared": "hello: the code travels as one text, or as a ZIP archive if the API does not take that\n"}


def run(args: t.Mapping[str, t.Any] | None = None, check: bool = False) -> Run:
    return run_module(e2e_faas_function, args or ARGS, check=check, secrets=[SECRET, FOREIGN])


def deploy(api: ScriptedApi, args: t.Mapping[str, t.Any] | None = None) -> Run:
    api.expect(*absent(), runtimes(), post(), get(shows()))
    return run(args)


def test_a_creation_shows_everything_on_the_right(api: ScriptedApi) -> None:
    head, code, travels, requirements = deploy(api)["diff"]
    assert head["before"] == "state: absent\n"
    lines = head["after"].splitlines()
    fingerprint = next(line for line in lines if line.startswith("  PASSWORD: "))
    assert lines == [
        "env:",
        "  GREETING: Hello",
        "hardware: cpu",
        "memory: 512",
        "runtime: python3-http-debian",
        "secret_env:",
        fingerprint,
        "state: present",
        "timeout: 15",
    ]
    assert fingerprint.startswith("  PASSWORD: digest ")
    assert (code["before"], code["after"], code["after_header"]) == ("", HANDLER, "hello/handler.py")
    assert travels == TRAVELS
    assert (requirements["after"], requirements["after_header"]) == ("requests\n", "hello/requirements.txt")


def test_a_deletion_shows_everything_on_the_left(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), delete(), get(MISSING))
    head, *texts = run({**CREDENTIALS, "name": "hello", "state": "absent"})["diff"]
    assert head["after"] == "state: absent\n"
    assert "memory: 512\n" in head["before"]
    # Without the options nobody knows which variable may be shown, so none is.
    assert "Hello" not in head["before"]
    assert HANDLER in [entry["before"] for entry in texts]


def test_an_update_shows_only_what_differs(api: ScriptedApi) -> None:
    deploy(api)
    changed = {
        **ARGS,
        "memory": 1024,
        "code": HANDLER + "# more\n",
        "env": {"GREETING": "Hi"},
        "secret_env": {"PASSWORD": SECRET + "!", "TOKEN": SECRET},
    }
    api.expect(get(shows()))
    head, code, travels = run(changed, check=True)["diff"]
    before, after = head["before"].splitlines(), head["after"].splitlines()
    assert before[:3] == ["env:", "  GREETING: Hello", "memory: 512"]
    assert after[:3] == ["env:", "  GREETING: Hi", "memory: 1024"]
    assert before[3] == after[3] == "secret_env:"
    assert before[4] != after[4]
    assert after[5].startswith("  TOKEN: digest ")
    assert (code["before"], code["after"]) == (HANDLER, HANDLER + "# more\n")
    assert travels == TRAVELS


def test_variables_that_nobody_declared_are_shown_by_digest(api: ScriptedApi) -> None:
    api.expect(
        get(ok(function(environment_variables={"FOREIGN": FOREIGN, "GREETING": "Hi"}))),
        put(),
        get(shows(name="hello", runtime="python3-http-debian")),
    )
    api.written = {"function": "hello", "runtime": "python3-http-debian", "node_type": "cpu"}
    head = run({**ARGS, "secret_env": None, "requirements": None})["diff"][0]
    assert "  FOREIGN: digest " in head["before"]
    assert "  GREETING: Hi\n" in head["before"]
    assert head["after"] == "env:\n  GREETING: Hello\n"


def test_the_same_secret_has_the_same_digest_in_check_mode_and_really(api: ScriptedApi) -> None:
    api.expect(*absent(), runtimes())
    predicted = run(check=True)["diff"]
    assert deploy(api)["diff"] == predicted


def test_code_that_is_not_returned_is_compared_by_its_digest(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows("no code")))
    outcome = run({**ARGS, "code": HANDLER + "# more\n", "requirements": "flask\n"}, check=True)
    assert outcome["diff"] == [
        {"prepared": "hello: files (the API does not return the code, so they are compared by digest)\n  changed  handler.py\n"},
        TRAVELS,
        {"prepared": "hello/requirements.txt: changed (the API does not return the text)\n"},
    ]


def test_code_of_which_nothing_is_known(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows("minimal")))
    outcome = run(check=True)
    head, code, travels, requirements = outcome["diff"]
    assert "memory: (not returned by the API)\n" not in head["before"]
    assert "(not returned by the API)" in head["before"]
    assert code == {"prepared": "hello: the code that runs now is not returned by the API; files sent: handler.py\n"}
    assert travels == TRAVELS
    assert requirements == {"prepared": "hello/requirements.txt: changed (the API does not return the text)\n"}


def test_a_password_in_the_address_of_a_package_index_is_not_shown(api: ScriptedApi) -> None:
    wanted = "--extra-index-url https://me:CANARY-1@pypi.example/simple\npkg @ git+https://CANARY-2@git.example/x.git\n"
    diff = deploy(api, {**ARGS, "requirements": wanted})["diff"]
    assert "pypi.example/simple" in str(diff) and "CANARY" not in str(diff)
    assert api.written["requirements"] == wanted


def echoing_logs() -> Step:
    lines = [{"message": json.dumps(SECRET)}, {"message": f"{CREDENTIALS['api_key']} {CREDENTIALS['auth_token']}"}]
    return Step("GET", "faas/logs/hello/", ok(lines))


PATHS: dict[str, t.Callable[[ScriptedApi], None]] = {
    "create refused with an echo": lambda api: api.expect(
        *absent(), runtimes(), post(refusal(400, f"PASSWORD={SECRET} is too weak, as in ?PASSWORD={quote(SECRET)}"))
    ),
    "create failed with an echo": lambda api: api.expect(
        *absent(), runtimes(), post(), get(shows(status="Failed", error=f"cannot log in with {SECRET}")), listing(), echoing_logs()
    ),
    "nothing is returned": lambda api: api.expect(*absent(), runtimes(), post(), get(shows("minimal"))),
}


@pytest.mark.parametrize("path", PATHS)
def test_no_secret_in_any_output(api: ScriptedApi, path: str) -> None:
    """The harness searches every output; here the API itself repeats what it was told."""
    PATHS[path](api)
    assert run()["changed"] is (path != "create refused with an echo")


def test_a_secret_that_an_earlier_task_set_is_not_shown_when_it_is_removed(api: ScriptedApi) -> None:
    deploy(api)
    api.expect(get(shows()), put(), get(shows()))
    outcome = run({**ARGS, "secret_env": {}})
    assert "secret_env: {}" in outcome["diff"][0]["after"]
    assert "PASSWORD: digest " in outcome["diff"][0]["before"]
    deploy(api)
    api.expect(get(shows()), put(refusal(400, f"{SECRET} was not expected")), get(shows()))
    assert "********" in run({**CREDENTIALS, "name": "hello", "memory": 1024}).msg


def test_a_variable_that_becomes_secret_is_remembered_as_such(api: ScriptedApi) -> None:
    deploy(api, {**ARGS, "env": {"MODE": "as-it-was"}, "secret_env": {}})
    api.expect(get(shows()), put(), get(shows()))
    outcome = run({**ARGS, "env": {}, "secret_env": {"MODE": "as-it-was"}})
    assert outcome["changed"] and "as-it-was" not in str(outcome["diff"])

    # A task that does not name the secret variables keeps them, whatever it says of the others.
    without = {key: value for key, value in ARGS.items() if key != "secret_env"}
    api.expect(get(shows()), put(), get(shows()))
    assert run(without)["function"]["secret_env_names"] == ["MODE"]
    assert api.written["environment_variables"]["MODE"] == "as-it-was"


def test_a_function_without_a_manifest_is_not_sent_because_its_variables_are_called_secret(api: ScriptedApi) -> None:
    args = {**ARGS, "digest_variable": "", "env": {}}
    deploy(api, args)
    api.expect(get(shows()))
    assert run(args)["changed"] is False
