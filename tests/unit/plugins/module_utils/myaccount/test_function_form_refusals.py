# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which refusals mean that the API wants a function in the other form. A wrong yes sends it twice, so these are looked for hardest."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConnectionFailedError, E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.envelope import interpret
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_form_refusals import wants_other_form
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import Upload

BOTH: tuple[Upload, ...] = ("zip", "text")

# The shapes in which one sentence can be said (reference A.3), the first key of an envelope besides.
SHAPES: dict[str, t.Callable[[str], t.Any]] = {
    "message": lambda text: {"code": 400, "data": {}, "errors": {}, "message": text},
    "message and errors": lambda text: {"code": 400, "data": {}, "errors": {"detail": [text]}, "message": "Bad request"},
    "errors a text": lambda text: {"status_code": 400, "errors": text},
    "errors a list": lambda text: {"code": 400, "errors": ["Invalid input.", text]},
    "error": lambda text: {"code": 400, "error": text},
    "detail": lambda text: {"detail": text},
    "non_field_errors": lambda text: {"code": 400, "errors": {"non_field_errors": [text]}, "message": ""},
}


def refused(body: t.Any, status: int = 400) -> E2EError:
    """The error that the transport makes of an answer to a write."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(E2EError) as raised:
        interpret("POST faas/functions/", status, content, is_write=True)
    return raised.value


WANTS_ZIP = (
    "function_name: This field is required.",
    "code_file: No file was submitted.",
    "function_name, code_file: This field is required.",
    "code_file is required",
    "Missing required parameter: code_file",
    "Missing required fields: function_name, runtime, code_file",
    "Required request part 'code_file' is not present",
    "'function_name' is a required property",
    "function_name may not be null.",
    "Field function_name is missing",
    "Please provide code_file.",
    'Unsupported media type "application/json" in request.',
    "Content-Type must be multipart/form-data",
    "Expected multipart/form-data.",
)
WANTS_TEXT = (
    "function: This field is required.",
    "function, code, requirements: This field is required.",
    "code is required",
    "Missing required parameter: function",
    "Missing required fields: function, code",
    "'code' is a required property",
    "code must be provided.",
    "node_type: This field may not be blank.",
    "JSON parse error - Expecting value: line 1 column 1 (char 0)",
    'Unsupported media type "multipart/form-data; boundary=5f1e" in request.',
    "Content-Type must be application/json",
    "multipart/form-data is not supported",
    "Invalid JSON",
    "The request body must be valid JSON.",
)
OTHER = [("text", text) for text in WANTS_ZIP] + [("zip", text) for text in WANTS_TEXT]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("sent", "text"), OTHER, ids=[f"{sent}: {text}" for sent, text in OTHER])
def test_words_that_mean_it(sent: Upload, text: str, shape: t.Callable[[str], t.Any]) -> None:
    for new in (True, False):
        assert wants_other_form(refused(shape(text)), sent, new=new)


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ("text", {"function_name": ["This field is required."], "code_file": ["No file was submitted."]}),
        ("text", {"code_file": ["The submitted data was not a file. Check the encoding type on the form."]}),
        ("zip", {"function": ["This field is required."], "code": ["This field is required."], "memory": ["A valid integer is required."]}),
        ("zip", {"runtime": ["Unknown."], "code": "This field may not be null."}),
        ("zip", [{"loc": ["body", "function"], "msg": "Field required", "type": "missing"}]),
        ("text", [{"loc": ["body", "code_file"], "msg": "field required", "type": "value_error.missing"}]),
    ],
)
def test_fields_that_are_missed_by_name(sent: Upload, errors: t.Any, status: int) -> None:
    """As validators of frameworks list them, in an envelope, without one, and where a message hides them."""
    for body in ({"code": status, "data": {}, "errors": errors, "message": "Validation failed"}, {"errors": errors}, {"detail": errors}):
        assert wants_other_form(refused(body, status), sent, new=True)


@pytest.mark.parametrize("sent", BOTH)
@pytest.mark.parametrize("status", [405, 415])
@pytest.mark.parametrize("body", [{"detail": "No."}, {"errors": ["No."]}, {"data": {}, "errors": {}, "message": "No."}])
def test_statuses_that_mean_it_whatever_is_said(sent: Upload, status: int, body: t.Any) -> None:
    for new in (True, False):
        assert wants_other_form(refused(body, status), sent, new=new)


@pytest.mark.parametrize("sent", BOTH)
def test_a_404_means_the_path_of_an_update_and_not_of_a_create(sent: Upload) -> None:
    for error in (refused({"code": 404, "message": "Function not found"}, 404), refused({"detail": "Not found."}, 404)):
        assert [wants_other_form(error, sent, new=new) for new in (True, False)] == [False, True]
    # The API's own 404 under HTTP 200 (reference A.3, point 5).
    hidden = refused({"code": 404, "data": {}, "errors": {}, "message": "Function not found"}, 200)
    assert [wants_other_form(hidden, sent, new=new) for new in (True, False)] == [False, True]


def test_a_failure_under_http_200_is_read_as_well() -> None:
    body = {"code": 400, "data": {}, "errors": {"function": ["This field is required."]}, "message": "Invalid"}
    assert wants_other_form(refused(body, 200), "zip", new=True)
    assert not wants_other_form(refused({**body, "errors": {"memory": ["Too much."]}}, 200), "zip", new=True)


SOMETHING_ELSE = (
    # Settings.
    "memory: Ensure this value is one of 128, 256, 512.",
    "timeout: A valid integer is required.",
    "runtime: This field is required.",
    'runtime: "python-3.11" is not a valid choice.',
    "environment_variables: PORT is reserved.",
    "environment_variables: A name is required.",
    "function_name: Use at most 40 characters.",
    "Lower-case letters are required in the name of a function.",
    "memory is required",
    "Error code 400: memory is required",
    "code 400",
    "status code: missing",
    # Names that are taken.
    "Function with this name already exists.",
    "Function already exists; provide another name.",
    "function_name demo already exists, provide another.",
    "function_name: function with this function_name already exists.",
    # Money, activation, rights.
    "Credit are not sufficient.",
    "You cannot create the function: credit is missing.",
    "Function plan is not activated. Activation is required.",
    "Please activate the FaaS plan, which is required for every function.",
    "Function limit reached, an upgrade of the plan is required.",
    # The code, and the files of the archive.
    "requirements.txt in the archive is required",
    "The requirements file is missing in the archive.",
    "requirements.txt: parse error in line 3.",
    "package.json is not valid JSON.",
    "package.json: Invalid JSON",
    "A handler function is required.",
    "The function must define handler, which is missing.",
    "Code is required to define a handler.",
    "func.py is missing",
    "func.py: function is missing",
    "Dockerfile parse error line 3: unknown instruction",
    "The zip must contain one folder; code is missing.",
    "Invalid content type for the file index.mjs.",
    "A base image is required.",
    # Not about this call.
    "project_id is required",
    "location: This field is required.",
    "Transform data is missing.",
    "",
)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_words_that_mean_something_else(text: str, shape: t.Callable[[str], t.Any]) -> None:
    for sent in BOTH:
        for new in (True, False):
            assert not wants_other_form(refused(shape(text)), sent, new=new), sent


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        # What the form that was sent has itself.
        ("zip", "code_file: This field is required."),
        ("zip", "code_file: File content type application/zip is not allowed."),
        ("zip", "function_name: This field is required."),
        ("zip", "Function name is required"),
        ("zip", "environment_variables: Invalid JSON"),
        ("zip", "environment_variables: Value must be valid JSON in the body."),
        ("zip", "Multipart form parse error - Invalid boundary in multipart: None"),
        ("text", "function: This field is required."),
        ("text", "code: This field may not be blank."),
        ("text", "code: Content type of the text is not allowed."),
        ("text", "code, requirements: This field is required."),
        ("text", "JSON parse error - Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_words_about_the_form_that_was_sent(sent: Upload, text: str) -> None:
    for shape in SHAPES.values():
        assert not wants_other_form(refused(shape(text)), sent, new=True)


@pytest.mark.parametrize("sent", BOTH)
@pytest.mark.parametrize("status", [401, 403, 409, 412, 413, 429, 500, 502, 503])
def test_other_statuses_are_no_matter_of_form_whatever_is_said(sent: Upload, status: int) -> None:
    texts = [text for form, text in OTHER if form == sent]
    for text in texts:
        for new in (True, False):
            assert not wants_other_form(refused({"code": status, "message": text}, status), sent, new=new)


@pytest.mark.parametrize("sent", BOTH)
def test_what_is_no_answer_of_the_api(sent: Upload) -> None:
    """Nobody knows what became of a create then."""
    answers = [(200, b""), (200, b'{"code": 2'), (200, b"<html>multipart form-data</html>"), (302, b""), (200, b"[]"), (502, b"<html>code is required</html>")]
    for status, content in [*answers, (404, b"<html></html>"), (405, b"<html></html>"), (400, b"<html>code is required, code_file too</html>")]:
        assert not wants_other_form(refused(content, status), sent, new=True)
    for status, content in answers:
        assert not wants_other_form(refused(content, status), sent, new=False)
    assert not wants_other_form(ConnectionFailedError("no answer", outcome_known=False), sent, new=False)


@pytest.mark.parametrize("sent", BOTH)
@pytest.mark.parametrize("status", [404, 405])
def test_a_web_servers_page_for_an_unknown_address_of_an_update(sent: Upload, status: int) -> None:
    """A framework answers so where it has no such address; nothing was replaced, and replacing twice does no harm."""
    assert wants_other_form(refused(b"<html><h1>Not Found</h1></html>", status), sent, new=False)


def test_a_long_refusal_is_read_from_its_beginning() -> None:
    text = "function, " * 50_000 + "x"
    assert not wants_other_form(refused({"code": 400, "message": text}), "zip", new=True)
    assert wants_other_form(refused({"code": 400, "message": "code is required. " + text}), "zip", new=True)
