# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which form a function travels: which one is tried first, when the other one is, and that nothing else depends on it."""

from __future__ import annotations

import io
import json
import pathlib
import typing as t
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code import archive, packaging
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Lifecycle, Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import UPLOAD_NAMES
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function import FunctionResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import FunctionOptions
from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_faas_function
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import (
    API_KEY,
    AUTH_TOKEN,
    CREDENTIALS,
    EMPTY,
    ENDPOINT,
    MISSING,
    Answer,
    FakeClock,
    Reply,
    Run,
    ScriptedApi,
    Step,
    absent,
    function,
    get,
    html,
    listing,
    ok,
    post,
    put,
    refusal,
    reset,
    run_module,
    runtimes,
    shows,
    timed_out,
)

ID = 1001
SECRET = 'pa55word&of/the"base'
CODE = 'def handler(event, context):\n    return {"statusCode": 200}\n'
OLD_CODE = 'def handle(event, context):\n    return "Hello"\n'
TEMPLATES = {"python-3.11-http": CODE, "node-20-express": "", "python3-http-debian": OLD_CODE, "custom-container": "ARG BASE_IMAGE=x\nFROM ${BASE_IMAGE}\n"}
RUNTIMES = ok(
    [
        {"runtime": identifier, "node_type": "cpu", "label": "requirements.txt" if "python" in identifier else "DOCS.md", "boiler_code": template}
        for identifier, template in TEMPLATES.items()
        if identifier != "node-20-express"
    ]
    + [{"runtime": "cobol-1", "node_type": "cpu", "label": "", "boiler_code": ""}]
    + [{"runtime": "python3-tensorflow", "node_type": "gpu", "label": "requirements.txt", "boiler_code": ""}]
)
UNSUPPORTED = Reply(415, b'{"detail": "Unsupported media type in request."}')
# What a server says that takes one of the forms only.
WANTS_TEXT: tuple[Reply, ...] = (UNSUPPORTED, refusal(400, "function, code: This field is required."), refusal(405, "Method not allowed"))
WANTS_ZIP: tuple[Reply, ...] = (UNSUPPORTED, refusal(400, "function_name, code_file: This field is required."), refusal(405, "Method not allowed"))
UNKNOWN_OUTCOME: dict[str, t.Callable[[], Answer]] = {
    "no answer in time": timed_out,
    "connection reset": reset,
    "page of a gateway": lambda: html(502),
    "page with 200": lambda: html(200),
    "page with 404": lambda: html(404),
    "server error that names the other form": lambda: refusal(500, "function, code, function_name, code_file: This field is required."),
    "rate limit that names the other form": lambda: html(429),
    "empty body": lambda: EMPTY,
    "cut body": lambda: Reply(200, b'{"code": 200, "da'),
}


def run(args: t.Mapping[str, t.Any], check: bool = False) -> Run:
    return run_module(e2e_faas_function, {**CREDENTIALS, "name": "hello", **args}, check=check, secrets=[SECRET])


def update(answer: Answer | None = None) -> Step:
    """The documented update, by the id (reference H.7)."""
    return Step("PUT", f"faas/function/{ID}/", answer or ok("Function sent to build", "Success"))


def seen(**fields: t.Any) -> Step:
    """The function as it was sent by then, with its id."""
    return get(shows(id=ID, **fields))


def is_form(body: t.Mapping[str, t.Any]) -> bool:
    return isinstance(body["environment_variables"], str)


def files(body: t.Mapping[str, t.Any]) -> dict[str, str]:
    content = zipfile.ZipFile(io.BytesIO(body["code_file"]))
    return {name: content.read(name).decode() for name in content.namelist()}


def manifest(body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    variables = body["environment_variables"]
    found: dict[str, t.Any] = json.loads((json.loads(variables) if isinstance(variables, str) else variables)["E2E_ANSIBLE_DIGEST"])
    return found


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    source = tmp_path / "source"
    source.mkdir()
    (source / "func.py").write_text("import rates\n\n" + CODE)
    (source / "rates.py").write_text("GST = 18\n")
    (source / "requirements.txt").write_text("flask\n")
    return source


def from_folder(folder: pathlib.Path, **more: t.Any) -> dict[str, t.Any]:
    return {"runtime": "python-3.11-http", "src": str(folder), "env": {"GREETING": "Hi"}, "secret_env": {"PASSWORD": SECRET}, **more}


# Which one is first.


@pytest.mark.parametrize(
    ("args", "first"),
    [
        ({"runtime": "python-3.11-http", "src": "folder"}, "zip"),
        ({"runtime": "python-3.11-http", "code": CODE}, "text"),
        ({"runtime": "python3-http-debian", "src": "classic"}, "text"),
        ({"runtime": "python", "src": "classic"}, "text"),
        ({"runtime": "cobol-1", "src": "classic/handler.py"}, "zip"),
        ({"runtime": "custom-container", "image": "docker.io/library/nginx:1.29"}, "zip"),
        ({"image": "docker.io/library/nginx:1.29"}, "zip"),
        ({"runtime": "python-3.11-http", "src": "folder", "upload": "text"}, "text"),
        ({"runtime": "python-3.11-http", "code": CODE, "upload": "zip"}, "zip"),
        ({"runtime": "python-3.11-http", "src": "folder", "secrets": ["registry"]}, "text"),
        ({"runtime": "python3-tensorflow", "src": "classic", "hardware": "gpu"}, "text"),
    ],
)
def test_the_form_that_is_tried_first(api: ScriptedApi, folder: pathlib.Path, args: dict[str, t.Any], first: str) -> None:
    classic = folder.parent / "classic"
    classic.mkdir()
    (classic / "handler.py").write_text(OLD_CODE)
    args = {**args, **({"src": str(folder if args["src"] == "folder" else folder.parent / args["src"])} if "src" in args else {})}
    api.expect(*absent(), runtimes(RUNTIMES))
    predicted = run(args, check=True)
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    outcome = run(args)
    assert (predicted["upload"], outcome["upload"], is_form(api.writes[0].body)) == (first, first, first == "zip")


def test_the_documented_create_and_update(api: ScriptedApi, folder: pathlib.Path) -> None:
    """Reference H.6, H.7, P.8, field by field."""
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    outcome = run(from_folder(folder, memory=256))
    body = dict(api.writes[0].body)
    variables = json.loads(body.pop("environment_variables"))
    assert {key: variables[key] for key in ("GREETING", "PASSWORD")} == {"GREETING": "Hi", "PASSWORD": SECRET}
    assert files(body) == {
        "hello/func.py": "import rates\n\n" + CODE,
        "hello/rates.py": "GST = 18\n",
        "hello/requirements.txt": "flask\n",
    }
    del body["code_file"]
    assert body == {"function_name": "hello", "runtime": "python-3.11-http", "memory": "256", "timeout": "15"}
    assert outcome["function"]["id"] == ID

    (folder / "rates.py").write_text("GST = 28\n")
    api.expect(seen(), update(), seen())
    assert run(from_folder(folder, memory=256))["actions"] == ["updated function hello: changes source"]
    assert api.writes[0].body.keys() == {"memory", "timeout", "environment_variables", "code_file"}
    assert files(api.writes[0].body)["hello/rates.py"] == "GST = 28\n"


def test_code_is_packed_once_for_a_change_and_never_without_one(api: ScriptedApi, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prediction packs, to meet a limit before anything is sent, and what it has packed is sent, again after a refusal for a while too."""
    packed: list[str] = []
    for name in ("build_zip", "make_bundle"):
        monkeypatch.setattr(packaging, name, lambda *args, name=name, real=getattr(packaging, name): (packed.append(name), real(*args))[1])
    api.expect(*absent(), runtimes(RUNTIMES), post(refusal(429, "Slow down")), *absent(), post(), seen())
    assert (run(from_folder(folder))["upload"], packed) == ("zip", ["build_zip"])
    assert api.writes[0].body["code_file"] == api.writes[1].body["code_file"]

    def refuse(*args: t.Any) -> t.NoReturn:
        raise AssertionError("compressed")

    with monkeypatch.context() as nothing:
        for module, name in ((archive.zipfile, "ZipFile"), (archive.zlib, "compress"), (archive.zlib, "compressobj")):
            nothing.setattr(module, name, refuse)
        for readback in ("full", "minimal"):
            api.expect(seen(readback=readback))
            assert run(from_folder(folder, when_unknown="keep"))["changed"] is False
    packed.clear()
    (folder / "rates.py").write_text("GST = 28\n")
    api.expect(*absent(), runtimes(RUNTIMES), post(UNSUPPORTED), post(refusal(429, "Slow down")), *absent(), post(), seen())
    assert (run(from_folder(folder))["upload"], packed) == ("zip", ["build_zip", "make_bundle"])


# The other one, once.


@pytest.mark.parametrize("refused", WANTS_TEXT, ids=lambda reply: str(reply.status))
def test_a_server_that_takes_texts_only(api: ScriptedApi, folder: pathlib.Path, refused: Reply) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(refused), post(), seen())
    outcome = run(from_folder(folder))
    assert ([is_form(sent.body) for sent in api.writes], outcome["upload"], outcome.warnings) == ([True, False], "text", [])
    assert "Function bundle" in api.writes[1].body["code"]
    # The next run is another one, and has learnt nothing.
    api.expect(seen())
    again = run(from_folder(folder))
    assert (again["changed"], again["upload"]) == (False, None)
    (folder / "rates.py").write_text("GST = 28\n")
    api.expect(seen(), update(refused), Step("PUT", "faas/function/hello/", refused), put(), seen())
    assert run(from_folder(folder))["upload"] == "text"


@pytest.mark.parametrize("refused", WANTS_ZIP, ids=lambda reply: str(reply.status))
def test_a_server_that_takes_archives_only(api: ScriptedApi, refused: Reply) -> None:
    args = {"runtime": "python-3.11-http", "code": CODE, "requirements": "flask\n"}
    api.expect(*absent(), runtimes(RUNTIMES), post(refused), post(), seen())
    outcome = run(args)
    assert ([is_form(sent.body) for sent in api.writes], outcome["upload"], outcome.warnings) == ([False, True], "zip", [])
    assert files(api.writes[1].body) == {"hello/func.py": CODE, "hello/requirements.txt": "flask\n"}
    api.expect(seen())
    assert run(args)["changed"] is False
    texts = [put(refused), update(refused), Step("PUT", "faas/function/hello/", refused)]
    api.expect(seen(), *texts, update(), seen())
    assert run({**args, "code": CODE + "# two\n"})["upload"] == "zip"


@pytest.mark.parametrize("args", [{"src": "folder"}, {"code": CODE}], ids=["zip first", "text first"])
def test_neither_is_taken(api: ScriptedApi, folder: pathlib.Path, args: dict[str, t.Any]) -> None:
    args = {"runtime": "python-3.11-http", **({"src": str(folder)} if "src" in args else args)}
    api.expect(*absent(), runtimes(RUNTIMES), post(UNSUPPORTED), post(UNSUPPORTED))
    outcome = run(args)
    assert (outcome.code, outcome["changed"], outcome["error"]["outcome_known"]) == ("refused", False, True)
    assert outcome.msg.startswith("The API does not take the function in any form that is known. It said, as ")
    assert all(f"as {form}: POST" in outcome.msg for form in UPLOAD_NAMES.values())


@pytest.mark.parametrize("first", ["zip", "text"])
@pytest.mark.parametrize("lost", UNKNOWN_OUTCOME.values(), ids=UNKNOWN_OUTCOME)
def test_never_after_an_answer_that_leaves_the_outcome_open(api: ScriptedApi, folder: pathlib.Path, lost: t.Callable[[], Answer], first: str) -> None:
    args = from_folder(folder) if first == "zip" else {"runtime": "python-3.11-http", "code": CODE}
    # It took effect.
    api.expect(*absent(), runtimes(RUNTIMES), post(lost()), seen(), seen())
    outcome = run(args)
    assert (outcome["changed"], outcome["upload"], [is_form(sent.body) for sent in api.writes]) == (True, first, [first == "zip"])
    assert any("lost, but it took effect" in warning for warning in outcome.warnings)
    # It did not: the same form once more.
    api.expect(*absent(), runtimes(RUNTIMES), post(lost()), *absent(), post(), seen())
    assert run(args)["upload"] == first
    assert [is_form(sent.body) for sent in api.writes] == [first == "zip"] * 2


def test_after_the_other_form_was_taken_a_lost_answer_is_looked_after_too(api: ScriptedApi, folder: pathlib.Path) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(UNSUPPORTED), post(timed_out()), *absent(), post(UNSUPPORTED), post(), seen())
    outcome = run(from_folder(folder))
    assert [is_form(sent.body) for sent in api.writes] == [True, False, True, False]
    assert (outcome["changed"], outcome["upload"]) == (True, "text")


@pytest.mark.parametrize("took_effect", [True, False])
def test_the_form_that_was_sent_last_is_reported_when_its_answer_is_lost(api: ScriptedApi, folder: pathlib.Path, took_effect: bool) -> None:
    start = [*absent(), runtimes(RUNTIMES), post(UNSUPPORTED), post(timed_out())]
    again = [*absent(), post(UNSUPPORTED), post(timed_out())]
    api.expect(*start, *([seen(), seen()] if took_effect else [*again * 3, *absent()]))
    outcome = run(from_folder(folder))
    assert (outcome.failed, outcome["changed"], outcome["upload"]) == (not took_effect, True, "text")
    assert outcome["actions"] == ["created function hello" if took_effect else "tried to create function hello"]


@pytest.mark.parametrize(
    "refused",
    [
        refusal(400, "memory: Ensure this value is one of 128, 256, 512."),
        refusal(400, "Function with this name already exists."),
        refusal(400, "requirements.txt in the archive is required"),
        refusal(412, "Credit are not sufficient."),
        refusal(404, "Project not found"),
    ],
)
def test_never_after_a_refusal_of_what_is_wanted(api: ScriptedApi, folder: pathlib.Path, refused: Reply) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(refused))
    outcome = run(from_folder(folder))
    assert outcome.failed and json.loads(refused.content)["message"].rstrip(".") in outcome.msg


def test_what_was_learnt_holds_for_the_rest_of_the_run(api: ScriptedApi, folder: pathlib.Path, time: FakeClock) -> None:
    client = FunctionsClient(Transport(Credentials(API_KEY, AUTH_TOKEN, "42", "Delhi", ENDPOINT), clock=time.clock))

    def deploy(name: str, memory: int) -> FunctionResource:
        resource = FunctionResource(client, FunctionOptions(name, runtime="python-3.11-http", src=folder, memory=memory))
        Lifecycle(resource, Policy(), time.clock).run()
        return resource

    api.expect(*absent("a"), runtimes(RUNTIMES), post(UNSUPPORTED), post(), get(shows(), "a"))
    assert deploy("a", 256).upload == "text"
    # The list of functions is not asked either: a 404 by the name is enough now. That of the runtimes is known.
    api.expect(get(MISSING, "b"), post(), get(shows(), "b"))
    assert deploy("b", 256).upload == "text"
    assert not is_form(api.writes[0].body)
    api.expect(get(shows(), "b"), put(name="b"), get(shows(), "b"))
    assert deploy("b", 512).upload == "text"


@pytest.mark.parametrize(("upload", "wants"), [("zip", UPLOAD_NAMES["text"]), ("text", UPLOAD_NAMES["zip"])])
def test_a_form_that_was_asked_for_is_the_only_one(api: ScriptedApi, folder: pathlib.Path, upload: str, wants: str) -> None:
    args = from_folder(folder, upload=upload)
    api.expect(*absent(), runtimes(RUNTIMES), post(UNSUPPORTED))
    outcome = run(args)
    assert outcome.code == "refused"
    assert outcome.msg.endswith(f"The API seems to want {wants} instead, and upload: {upload} rules that out.")
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    assert run(args)["upload"] == upload
    ways = [update(UNSUPPORTED), Step("PUT", "faas/function/hello/", UNSUPPORTED)]
    # After a refusal it is looked whether the function has become busy meanwhile.
    api.expect(seen(), *(ways if upload == "zip" else [put(UNSUPPORTED), *ways]), seen())
    assert run({**args, "memory": 1024}).msg.endswith(f"upload: {upload} rules that out.")
    assert {is_form(sent.body) for sent in api.writes} == {upload == "zip"}


# Settings alone.


def test_settings_alone_send_no_code_and_keep_the_digests(api: ScriptedApi, folder: pathlib.Path) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    first = run(from_folder(folder))
    before = manifest(api.writes[0].body)
    for args in ({"memory": 1024}, from_folder(folder, memory=512)):
        api.expect(seen(), update(), seen())
        outcome = run(args)
        assert (outcome["upload"], outcome["function"]["digest"], outcome.warnings) == ("zip", first["function"]["digest"], [])
        assert manifest(api.writes[0].body) == before
    assert "code_file" in api.writes[0].body
    api.expect(seen(), update(), seen())
    run({"timeout": 60})
    assert api.writes[0].body.keys() == {"memory", "timeout", "environment_variables"}
    api.expect(seen())
    assert run(from_folder(folder, memory=512, timeout=60))["changed"] is False


def test_settings_alone_of_a_classic_function_whose_code_is_not_returned(api: ScriptedApi, folder: pathlib.Path) -> None:
    """The text would replace what is not known, so only the form that leaves it can be sent; nothing is said to be cleared."""
    (folder / "func.py").rename(folder / "handler.py")
    (folder / "handler.py").write_text(OLD_CODE)
    args = {"runtime": "python3-http-debian", "src": str(folder)}
    api.expect(*absent(), runtimes(RUNTIMES), post(), get(shows("no code", id=ID)))
    first = run(args)
    before = manifest(api.writes[0].body)
    api.expect(get(shows("no code", id=ID)), update(), seen())
    outcome = run({"memory": 1024})
    assert (outcome["upload"], outcome.warnings, outcome["function"]["digest"]) == ("zip", [], first["function"]["digest"])
    assert manifest(api.writes[0].body) == before
    api.expect(seen())
    assert run(args)["changed"] is False


def test_settings_alone_as_a_text_replace_the_whole(api: ScriptedApi) -> None:
    """Reference B.4: what stays is sent again as it is."""
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    run({"runtime": "python3-http-debian", "code": OLD_CODE, "requirements": "flask\n", "env": {"A": "1"}, "secret_env": {"PASSWORD": SECRET}})
    before = dict(api.writes[0].body)
    api.expect(seen(), put(), seen())
    assert run({"memory": 1024})["upload"] == "text"
    assert api.writes[0].body == {
        **{key: before[key] for key in ("code", "requirements", "environment_variables", "secrets", "timeout", "params")},
        "memory": 1024,
    }


def test_requirements_alone_bring_the_code_along(api: ScriptedApi, folder: pathlib.Path) -> None:
    """They are inside of the archive, so an update without one would leave them as they are."""
    there = function(id=ID, runtime="python-3.11-http", code=CODE, requirements="flask\n")
    api.expect(get(ok(there)), update(), get(ok({**there, "requirements": "django\n"})))
    outcome = run({"requirements": "django\n", "digest_variable": ""})
    assert (outcome["actions"], outcome["upload"]) == (["updated function hello: changes requirements"], "zip")
    assert files(api.writes[0].body) == {"hello/func.py": CODE, "hello/requirements.txt": "django\n"}
    # The code is not known.
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    run(from_folder(folder))
    for check in (True, False):
        api.expect(seen())
        refused = run({"requirements": "django\n"}, check=check)
        assert (refused.code, "does not return the code" in refused.msg) == ("invalid_input", True)
    # The same ones need nothing.
    api.expect(seen(), update(), seen())
    assert run({"requirements": "flask\n", "memory": 1024})["changed"] is True
    assert "code_file" not in api.writes[0].body


# What only a text has a place for.


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("more", "word"), [({"secrets": ["registry"]}, "secrets"), ({"runtime": "python3-tensorflow", "hardware": "gpu"}, "hardware")])
def test_an_archive_without_a_place_for_it_is_refused_before_anything_is_sent(
    api: ScriptedApi, folder: pathlib.Path, more: dict[str, t.Any], word: str, check: bool
) -> None:
    if word == "hardware":
        (folder / "func.py").rename(folder / "handler.py")
        (folder / "handler.py").write_text(OLD_CODE)
    api.expect(*absent(), runtimes(RUNTIMES))
    outcome = run(from_folder(folder, upload="zip", **more), check=check)
    assert (outcome.code, outcome["upload"]) == ("invalid_input", None)
    assert outcome.msg == f"upload: a ZIP archive is sent without {word}, for which the API names no field. Use upload: text, or leave it out."


def test_a_server_for_archives_alone_is_told_why_none_is_sent(api: ScriptedApi, folder: pathlib.Path) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(UNSUPPORTED))
    outcome = run(from_folder(folder, secrets=["registry"]))
    assert outcome.code == "refused"
    assert outcome.msg.endswith("The API seems to want a ZIP archive instead, and that has no place for secrets.")


def test_secrets_that_are_there_stay_and_can_be_taken_away(api: ScriptedApi, folder: pathlib.Path) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
    run(from_folder(folder, secrets=["registry"]))
    (folder / "rates.py").write_text("GST = 28\n")
    api.expect(seen(), put(), seen())
    assert run(from_folder(folder))["upload"] == "text"
    assert api.writes[0].body["secrets"] == ["registry"]
    api.expect(seen(), put(), seen())
    assert run(from_folder(folder, secrets=[]))["function"]["secrets"] == []
    assert api.writes[0].body["secrets"] == []
    api.expect(seen())
    assert run(from_folder(folder, secrets=[]))["changed"] is False


# What does not depend on it.


def test_further_parameters_travel_in_both(api: ScriptedApi, folder: pathlib.Path) -> None:
    extra = {"replicas": 2, "labels": {"team": "a"}}
    for upload, expected in (("zip", {"replicas": "2", "labels": '{"team": "a"}'}), ("text", extra)):
        api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
        run(from_folder(folder, upload=upload, extra_parameters=extra))
        assert {key: api.writes[0].body[key] for key in extra} == expected
        api.expect(seen())
        assert run(from_folder(folder, upload=upload, extra_parameters={"replicas": 3}))["changed"] is False


@pytest.mark.parametrize("readback", ["full", "no code"])
@pytest.mark.parametrize("sent", ["zip", "text"])
def test_the_form_alone_changes_nothing(api: ScriptedApi, folder: pathlib.Path, sent: str, readback: str) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(), get(shows(readback)))
    first = run(from_folder(folder, upload=sent))
    for upload in ("zip", "text", "auto"):
        for check in (True, False):
            api.expect(get(shows(readback)))
            again = run(from_folder(folder, upload=upload), check=check)
            assert (again["changed"], again["diff"], again["upload"], again.warnings) == (False, [], None, [])
            assert again["function"] == first["function"]


def test_digests_and_manifests_are_the_same_in_both(api: ScriptedApi, folder: pathlib.Path) -> None:
    found = []
    for upload in ("zip", "text"):
        api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
        outcome = run(from_folder(folder, upload=upload))
        found.append((manifest(api.writes[0].body), outcome["function"]["digest"]))
    assert found[0] == found[1]
    assert found[0][0].keys() == {"v", "source", "files", "requirements", "secret_env"}


@pytest.mark.parametrize("upload", ["zip", "text"])
@pytest.mark.parametrize("change", ["create", "code", "settings", "requirements", "replace"])
def test_check_mode_predicts_what_the_real_run_does(api: ScriptedApi, folder: pathlib.Path, change: str, upload: str) -> None:
    args, start, after = from_folder(folder, upload=upload), [seen()], [put() if upload == "text" else update(), seen()]
    if change == "create":
        start, after = [*absent(), runtimes(RUNTIMES)], [post(), seen()]
    else:
        api.expect(*absent(), runtimes(RUNTIMES), post(), seen())
        run(args)
    if change == "code":
        (folder / "rates.py").write_text("GST = 28\n")
    elif change == "settings":
        args |= {"memory": 1024, "env": {"GREETING": "Hello"}}
    elif change == "requirements":
        args |= {"requirements": "django\n"}
    elif change == "replace":
        (folder / "func.py").rename(folder / "handler.py")
        (folder / "handler.py").write_text(OLD_CODE)
        args |= {"runtime": "python3-http-debian", "allow_replace": True}
        start = [seen(), runtimes(RUNTIMES)]
        after = [Step("DELETE", "faas/function/hello/", ok(message="Function deleted")), get(MISSING), post(), seen()]
    api.expect(*start)
    predicted = run(args, check=True)
    assert api.writes == []
    api.expect(*start, *after)
    real = run(args)
    assert (predicted["changed"], real["changed"]) == (True, True)
    assert (predicted["diff"], predicted["upload"], predicted.warnings) == (real["diff"], upload, real.warnings)
    # What only the server can assign.
    ignored = {"id", "url"} if change in ("create", "replace") else set()
    assert {key: value for key, value in predicted["function"].items() if key not in ignored} == {
        key: value for key, value in real["function"].items() if key not in ignored
    }
    api.expect(seen())
    assert run(args)["changed"] is False


def test_the_diff_says_how_the_code_will_travel(api: ScriptedApi, folder: pathlib.Path) -> None:
    expected = {
        "zip": f"hello: the code travels as {UPLOAD_NAMES['zip']}\n",
        "text": f"hello: the code travels as {UPLOAD_NAMES['text']}\n",
        "auto": f"hello: the code travels as {UPLOAD_NAMES['zip']}, or as {UPLOAD_NAMES['text']} if the API does not take that\n",
    }
    for upload, line in expected.items():
        api.expect(*absent(), runtimes(RUNTIMES))
        assert [entry["prepared"] for entry in run(from_folder(folder, upload=upload), check=True)["diff"] if "prepared" in entry] == [line]


# Too large, or not allowed.


def test_what_is_too_large_for_the_server(api: ScriptedApi, folder: pathlib.Path) -> None:
    for answer in (Reply(413, b"<html>413 Request Entity Too Large</html>"), refusal(413, "Too large")):
        api.expect(*absent(), runtimes(RUNTIMES), post(answer))
        outcome = run(from_folder(folder))
        assert (outcome.code, outcome["error"]["http_status"], outcome["changed"]) == ("refused", 413, False)
        assert outcome.msg == "POST faas/functions/: what was sent is too large for the API or for a proxy before it (413)."


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", ["tool.exe", "run.sh", "cache.pyc.zip", "lib/a.JAR"])
def test_files_that_the_platform_refuses_in_an_archive(api: ScriptedApi, folder: pathlib.Path, name: str, check: bool) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    api.expect(*absent(), runtimes(RUNTIMES))
    outcome = run(from_folder(folder), check=check)
    assert (outcome.code, outcome["upload"], name in outcome.msg, "\n" in outcome.msg) == ("invalid_input", None, True, False)


@pytest.mark.parametrize("check", [True, False])
def test_an_archive_over_the_limit(api: ScriptedApi, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, check: bool) -> None:
    monkeypatch.setattr(archive, "_write", lambda *args, real=archive._write: real(*args[:-1], 100))
    api.expect(*absent(), runtimes(RUNTIMES))
    outcome = run(from_folder(folder), check=check)
    assert outcome.code == "invalid_input"
    assert outcome.msg.startswith("The archive is larger than") and outcome.msg.endswith("Leave files out with .faasignore.")


# Advice.


@pytest.mark.parametrize("words", ["FaaS is not activated for this account.", "Please activate the FaaS plan.", "Namespace not found."])
def test_a_create_without_an_activation_names_the_module_for_it(api: ScriptedApi, folder: pathlib.Path, words: str) -> None:
    api.expect(*absent(), runtimes(RUNTIMES), post(refusal(412, words)))
    outcome = run(from_folder(folder))
    assert outcome.code == "refused"
    assert words.rstrip(".") in outcome.msg and "e2enetworks.cloud.e2e_faas_activation" in outcome.msg


def test_a_failed_build_shows_the_ends_of_both_logs(api: ScriptedApi, folder: pathlib.Path) -> None:
    def log(kind: str) -> Step:
        lines = [{"timestamp": f"2026-01-01T00:00:{second:02}Z", "message": f"{kind} {second} {SECRET}"} for second in range(30)]
        return Step("GET", f"faas/logs/{ID}/", ok({"logs": lines}), None, {"type": kind, "duration": "60"})

    api.expect(*absent(), runtimes(RUNTIMES), post(), seen(status="Failed"), log("function"), log("build"))
    outcome = run(from_folder(folder))
    assert (outcome.code, outcome["upload"], outcome["changed"]) == ("function_failed", "zip", True)
    first, head, *lines = outcome.msg.splitlines()
    assert (first, head) == ("The function hello does not run, its status is failed: the API gives no reason.", "Last lines of its log:")
    assert [line.split()[:2] for line in lines] == [[kind, str(second)] for kind in ("build", "function") for second in range(20, 30)]
    assert SECRET not in outcome.raw


def test_an_unknown_function_in_the_list_alone_is_deployed_by_its_id(api: ScriptedApi, folder: pathlib.Path) -> None:
    """An API that has today's documented calls and no others (reference H.11)."""
    nothing = Reply(404, b"<html><h1>Not Found</h1></html>", {"Content-Type": "text/html"})
    there = function(id=ID, runtime="python-3.11-http", code=None, requirements=None, environment_variables=None, secrets=None)

    def listed(**fields: t.Any) -> Step:
        return listing({**there, **fields})

    api.expect(get(nothing), listing(), Step("GET", "faas/runtimes/", nothing), post(), get(nothing), listed())
    assert run({"runtime": "python-3.11-http", "src": str(folder)})["function"]["id"] == ID
    api.expect(get(nothing), listed(), update(), listed(memory=1024))
    assert run({"memory": 1024})["upload"] == "zip"
    by_name = Step("DELETE", "faas/function/hello/", nothing)
    api.expect(get(nothing), listed(), by_name, Step("DELETE", f"faas/function/{ID}/", ok("hello", "Success"), None), listing())
    assert run({"state": "absent"})["changed"] is True
