# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import json
import pathlib
import pkgutil
import types
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins import module_utils
from ansible_collections.e2enetworks.cloud.plugins.module_utils import module as module_under_test
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import CloudModule, connection_spec, wait_spec
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount import transport as account_transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_form_refusals import OtherFormError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.tests.unit.plugins import harness
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, AUTH_TOKEN, CREDENTIALS, ENDPOINT, ScriptedApi, Step, ok

RETURN = """
error:
  returned: on failure
  type: dict
seen:
  returned: sometimes
  type: raw
"""


def run(
    body: t.Callable[[CloudModule], None], args: dict[str, t.Any] | None = None, spec: dict[str, t.Any] | None = None, **more: t.Any
) -> harness.Run:
    """Run a module whose work is ``body``."""
    stub = types.ModuleType("stub")
    stub.RETURN = RETURN  # type: ignore[attr-defined]
    stub.run_module = module_under_test.run_module  # type: ignore[attr-defined]
    stub.main = lambda: stub.run_module(spec or {}, body)  # type: ignore[attr-defined]
    return harness.run_module(stub, CREDENTIALS if args is None else args, **more)


def test_a_result() -> None:
    def body(module: CloudModule) -> None:
        module.result["seen"] = 1
        module.warn("careful", f"the key is {module.transport.credentials.api_key}", "careful")

    outcome = run(body)
    assert (outcome["changed"], outcome["seen"], outcome.warnings) == (False, 1, ["careful", "the key is ********"])


def test_a_failure_keeps_what_is_known() -> None:
    def body(module: CloudModule) -> None:
        module.result["changed"] = True
        raise ApiError(f"it broke at apikey={API_KEY}", http_status=500, outcome_known=False)

    outcome = run(body)
    assert (outcome.failed, outcome["changed"], outcome.msg) == (True, True, "it broke at apikey=********")
    assert outcome["error"] == {"code": "api_error", "http_status": 500, "outcome_known": False}


def test_a_defect_is_one_line_without_secrets() -> None:
    def body(module: CloudModule) -> None:
        raise ValueError(f"{module.transport.credentials.auth_token} surprised me\nvery much")

    outcome = run(body)
    assert (outcome.failed, outcome["error"]["code"]) == (True, "defect")
    assert outcome.msg.startswith("Unexpected ValueError: ******** surprised me very much. This is a defect")
    assert "please report it" in outcome.msg


def test_every_class_of_failure_has_its_own_code() -> None:
    def below(kind: type[E2EError]) -> list[type[E2EError]]:
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    # A class is known once its module is loaded, wherever in the collection that is.
    for loaded in pkgutil.walk_packages(module_utils.__path__, f"{module_utils.__name__}."):
        importlib.import_module(loaded.name)
    # That one is a refusal to a playbook as well; only the collection itself tells it apart.
    kinds = set(below(E2EError)) - {OtherFormError}
    assert len({kind.code for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("check", [True, False])
def test_the_connection_is_made_as_the_options_say(check: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    made: list[dict[str, t.Any]] = []

    def remember(credentials: t.Any, **settings: t.Any) -> Transport:
        made.append(settings)
        return Transport(credentials, **settings)

    monkeypatch.setattr(account_transport, "Transport", remember)

    def body(module: CloudModule) -> None:
        assert module.transport is module.transport

    authorities = tmp_path / "ca.pem"
    authorities.write_text("")
    more = {"api_connect_timeout": 3, "api_timeout": 4.5, "api_retries": -1, "ca_path": str(authorities)}
    assert not run(body, {**CREDENTIALS, **more}, check=check).failed
    (settings,) = made
    assert settings["read_only"] is check
    assert (settings["timeouts"].connect, settings["timeouts"].read, settings["retries"].retries) == (3, 4.5, 0)
    assert settings["verify"] == str(authorities)
    assert not run(body, {**CREDENTIALS, "validate_certs": False, "ca_path": "/nowhere"}).failed
    assert made[1]["verify"] is False


def test_a_write_in_check_mode_is_a_clear_failure(api: ScriptedApi) -> None:
    def body(module: CloudModule) -> None:
        module.transport.request("POST", "faas/functions/", json={})

    outcome = run(body, check=True)
    assert (outcome.code, api.sent) == ("check_mode_write", [])


def test_an_unencrypted_endpoint_is_warned_of() -> None:
    def body(module: CloudModule) -> None:
        module.result["seen"] = module.transport.credentials.api_endpoint

    plain = ENDPOINT.replace("https:", "http:")
    assert run(body, {**CREDENTIALS, "api_endpoint": plain}).warnings == [
        "api_endpoint is not https: the API key and the token cross the network unencrypted."
    ]
    assert run(body, {**CREDENTIALS, "api_endpoint": "http://127.0.0.1:1/"}).warnings == []


@pytest.mark.parametrize("source", ["environment", "file"])
def test_credentials_that_are_no_options_are_protected_too(source: str, monkeypatch: pytest.MonkeyPatch, home: pathlib.Path) -> None:
    if source == "environment":
        for name, value in (("E2E_API_KEY", API_KEY), ("SERVICE_AUTH_TOKEN", AUTH_TOKEN), ("E2E_PROJECT_ID", "42"), ("E2E_LOCATION", "Delhi")):
            monkeypatch.setenv(name, value)
    else:
        (home / ".e2e").mkdir()
        profile = {"api_key": API_KEY, "auth_token": AUTH_TOKEN, "default_project_id": 42, "default_location": "Delhi"}
        (home / ".e2e" / "config.json").write_text(json.dumps({"profiles": {"me": profile}, "default": "me"}))

    def body(module: CloudModule) -> None:
        module.result["seen"] = [module.transport.credentials.api_key, module.transport.credentials.auth_token]

    # The harness fails if either is in the output; Ansible itself has to mask them in the result.
    assert run(body, {})["seen"] == ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"] * 2


def test_waiting_as_the_options_say() -> None:
    seen: list[t.Any] = []
    args = {**CREDENTIALS, "wait": False, "wait_timeout": 7}
    run(lambda module: seen.append(module.policy(absent=True)), args, wait_spec(600), check=True)
    (policy,) = seen
    assert (policy.wait, policy.wait_timeout, policy.check_mode, policy.absent) == (False, 7, True, True)


def test_secrets_are_marked_in_the_common_options() -> None:
    assert {name for name, entry in connection_spec().items() if entry.get("no_log")} == {"api_key", "auth_token"}


def test_the_injected_clock_is_the_one_of_the_transport(api: ScriptedApi) -> None:
    api.expect(Step("GET", "x/", harness.refused()), Step("GET", "x/", ok()))
    outcome = run(lambda module: module.result.update(seen=module.transport.request("GET", "x/").status))
    assert len(outcome.slept) == 1


def test_no_half_of_a_character_leaves_a_module() -> None:
    """Ansible's controller breaks down at one, in a way that no play can catch."""

    def body(module: CloudModule) -> None:
        module.warn("careful \ud83d")
        module.result["seen"] = {"a\udcff": ["\ud83d", "whole \U0001f600"]}

    outcome = run(body)
    assert outcome["seen"] == {"a\ufffd": ["\ufffd", "whole \U0001f600"]} and outcome.warnings == ["careful \ufffd"]

    def failing(module: CloudModule) -> None:
        body(module)
        raise ApiError("it said \ud83d")

    outcome = run(failing)
    assert (outcome.msg, outcome["seen"]["a\ufffd"][0]) == ("it said \ufffd", "\ufffd")


def test_a_message_is_one_line_that_can_be_read() -> None:
    def body(module: CloudModule) -> None:
        raise ApiError(f"the name a\nb is {'long ' * 5000}", details=["Last lines of its log:", *["x" * 5000] * 500])

    outcome = run(body)
    first, *details = outcome.msg.split("\n")
    assert first.startswith("the name a b is long") and first.endswith("more characters)")
    assert len(details) == 100 and all(len(line) < 2100 for line in (first, *details))


def test_a_mapping_is_no_text() -> None:
    spec = {"text": {"type": "str"}, "secret": {"type": "str", "no_log": True}}
    outcome = run(lambda module: None, {**CREDENTIALS, "text": "x", "secret": {"a": "hidden-in-it"}}, spec, secrets=["hidden-in-it"])
    assert outcome.code == "invalid_input" and outcome.msg.startswith("secret: it has to be one text, not a dictionary")
