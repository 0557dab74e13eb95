# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions written from the vendor's documentation alone, deployed with the module and called: what the documentation promises holds.

Each check is a statement of reference P.2 to P.6, or of a framework's own documentation; what those leave open is not checked here. All of them
are deployed as a ZIP; those of several files also as one text, and answer the same.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from controller import Controller
from documented import BUNDLED, FUNCTIONS, GREETING, TOKEN, Platform
from waiting import until

BYTES = bytes(range(256)) * 300
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + BYTES
TITLE = "चित्र, \"one\""
SECRET_OF_THE_CODE = "the secret ingredient is 42"
ORIGIN = {"Origin": "https://elsewhere.example"}
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "X-Token"}
FORMS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "zip": (tuple(FUNCTIONS), {}),
    "json": (BUNDLED, {"upload": "text"}),
}
EVENTS = ("python-event", "node-files")
BOTH_FORMS = pytest.mark.parametrize("platform", FORMS, indirect=True)
AS_ZIP = pytest.mark.parametrize("platform", ["zip"], indirect=True)


@pytest.fixture(scope="module")
def platforms(_emulators: Callable[..., Any], collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Platform]]:
    """The functions as they travel in a form of the API; one emulator for each form, started when it is first asked for."""
    started: dict[str, Platform] = {}

    def platform(form: str) -> Platform:
        if form not in started:
            emulator = _emulators(build_seconds=0, create_forms=form)
            controller = Controller(collections, tmp_path_factory.mktemp("controller"), emulator.env)
            names, options = FORMS[form]
            started[form] = Platform(controller, emulator, names, **options)
        return started[form]

    yield platform
    for one in started.values():
        one.emulator.stop()


@pytest.fixture
def platform(request: pytest.FixtureRequest, platforms: Callable[[str], Platform]) -> Platform:
    return platforms(request.param)


def digest(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def event_of(platform: Platform, name: str, method: str = "GET", query: str = "", **request: Any) -> dict[str, Any]:
    answer = platform.call(name, method, "/event" + query, **request)
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()
    return event


# Deployment


@BOTH_FORMS
def test_every_function_is_deployed_in_the_form_that_the_api_takes(platform: Platform) -> None:
    assert {name: (result.get("msg"), result.get("upload")) for name, result in platform.results.items()} == dict.fromkeys(
        platform.results, (None, "text" if platform.emulator.options["create_forms"] == "json" else "zip")
    )
    assert {name: result["warnings"] for name, result in platform.results.items() if result["warnings"]} == {}


# The event (P.3, P.4)


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_without_query_and_body_there_is_null(platform: Platform, name: str) -> None:
    event = event_of(platform, name)

    absent = ("queryStringParameters", "multiValueQueryStringParameters", "body")
    assert {key: event[key] for key in absent} == dict.fromkeys(absent)
    assert (event["httpMethod"], event["path"], event["isBase64Encoded"], event["rawBody"]) == ("GET", "/event", False, "")


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_of_a_repeated_parameter_the_last_value_counts(platform: Platform, name: str) -> None:
    event = event_of(platform, name, query="?a=1&a=2&b=x%20y%2Bz&c=")

    assert event["queryStringParameters"] == {"a": "2", "b": "x y+z", "c": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["x y+z"], "c": [""]}


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_header_names_are_in_lower_case_and_every_value_is_kept(platform: Platform, name: str) -> None:
    address = urlsplit(platform.url(name))
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    # The client library above sends one value for a name.
    connection.putrequest("GET", address.path + "/event")
    for key, value in (("X-Tag", "one"), ("x-TAG", "two"), ("User-Agent", "Browser/1.0"), ("X-Single", "a, b")):
        connection.putheader(key, value)
    connection.endheaders()
    event = json.load(connection.getresponse())
    connection.close()

    assert event["headers"].keys() == event["multiValueHeaders"].keys()
    assert all(key == key.lower() for key in event["headers"])
    assert event["multiValueHeaders"]["x-tag"] == ["one", "two"]
    assert (event["headers"]["x-single"], event["multiValueHeaders"]["x-single"]) == ("a, b", ["a, b"])
    assert event["requestContext"]["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "Browser/1.0"}
    assert event["requestContext"]["stage"] in ("prod", "staging", "local")


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_text_and_json_arrive_as_text_that_nobody_parsed(platform: Platform, name: str) -> None:
    json_type, text_type = "application/json", "text/plain; charset=utf-8"
    for content_type, text in ((json_type, '{"चाय":  [1, null]}'), (text_type, "नमस्ते\r\n"), (json_type, "not JSON")):
        event = event_of(platform, name, "POST", data=text.encode(), headers={"Content-Type": content_type})

        assert (event["body"], event["isBase64Encoded"]) == (text, False)
        assert base64.b64decode(event["rawBody"]) == text.encode()


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_bytes_arrive_as_base64_and_as_they_are(platform: Platform, name: str) -> None:
    event = event_of(platform, name, "PUT", data=PDF, headers={"Content-Type": "application/pdf"})

    assert (event["httpMethod"], event["isBase64Encoded"]) == ("PUT", True)
    assert base64.b64decode(event["body"]) == base64.b64decode(event["rawBody"]) == PDF
    # As the language has bytes.
    assert event.get("typeOfRawBody", "bytes") == "bytes" and event.get("rawBodyIsBuffer", True) is True
    assert event.get("typeOfEvent", "dict") == "dict"


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_every_method_reaches_the_handler(platform: Platform, name: str) -> None:
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    assert [event_of(platform, name, method)["httpMethod"] for method in methods] == list(methods)


# The answer (P.3, P.4)


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_paths_data_files_modules_and_variables(platform: Platform, name: str) -> None:
    assert platform.get(name, "/users/42?a=1").json() == {"error": "no /users/42 here"}
    assert platform.get(name, "").json() == platform.get(name, "/").json() == {"error": "no / here"}
    assert platform.get(name, "/prices").json() == {"चाय": 10, "coffee": 20.5}
    assert platform.get(name, "/greeting").json() == {"greeting": GREETING, "missing": None}


@BOTH_FORMS
def test_status_headers_and_body_are_the_answer(platform: Platform) -> None:
    made = platform.post("python-event", "/orders", json={"id": 7, "items": {"चाय": 2, "coffee": 1}})
    assert (made.status_code, made.headers["Location"], made.headers["Content-Type"]) == (201, "/orders/7", "application/json")
    assert made.json() == {"total": 40.5, "with_tax": 47.79}
    assert platform.post("python-event", "/orders").json() == {"error": "an order needs a body"}
    assert platform.post("python-event", "/orders", data="{", headers={"Content-Type": "application/json"}).status_code == 400

    made = platform.post("node-files", "/orders", json={"id": 7, "city": "दिल्ली"})
    assert (made.status_code, made.headers["Location"], made.json()) == (201, "/orders/7", {"id": 7, "city": "दिल्ली"})


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_only_the_status_is_required(platform: Platform, name: str) -> None:
    answer = platform.get(name, "/nothing")

    assert (answer.status_code, answer.content) == (204, b"")


@BOTH_FORMS
@pytest.mark.parametrize(
    ("name", "path"),
    [*((name, path) for name in EVENTS for path in ("/text", "/without-status")), ("node-files", "/list"), ("node-files", "/page")],
)
def test_what_is_no_plain_object_with_a_status_is_no_answer(platform: Platform, name: str, path: str) -> None:
    answer = platform.get(name, path)

    assert answer.status_code >= 500
    assert not {"just a text", "no status", "a list", "a page"} & {answer.text, str(answer.json())}


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_a_crash_is_told_by_the_log(platform: Platform, name: str) -> None:
    assert platform.get(name, "/crash").status_code >= 500
    assert any(SECRET_OF_THE_CODE in line for line in until(lambda: platform.emulator.logs(name), lambda lines: SECRET_OF_THE_CODE in "".join(lines)))
    # It goes on.
    assert platform.get(name, "/prices").status_code == 200


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_any_origin_may_call(platform: Platform, name: str) -> None:
    for answer in (platform.get(name, "/prices", headers=ORIGIN), platform.call(name, "OPTIONS", "/crash", headers=PREFLIGHT)):
        assert answer.status_code < 300
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN["Origin"])


@AS_ZIP
@pytest.mark.parametrize("name", ["python-init", "node-init"])
def test_init_is_an_optional_function_that_does_no_harm(platform: Platform, name: str) -> None:
    # How often it is called is not documented; not once a call, as a configuration.
    first, second = platform.get(name, "/", headers=ORIGIN), platform.get(name, "/", headers=ORIGIN)

    assert first.json() == second.json() and first.json()["starts"] >= 1
    assert second.headers["Access-Control-Allow-Origin"] in ("*", ORIGIN["Origin"])


@BOTH_FORMS
@pytest.mark.parametrize("name", EVENTS)
def test_a_field_of_the_answer_that_no_page_names_is_told_by_the_log(platform: Platform, name: str) -> None:
    # Whether the platform takes the proxy form's second way to give headers is not known: nobody must find out by lost cookies.
    assert platform.get(name, "/cookies").text == "two cookies"
    until(lambda: platform.emulator.logs(name), lambda lines: "multiValueHeaders is left out" in "\n".join(lines))


# Files (P.3, P.4)


@BOTH_FORMS
@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (b"\x89PNG\r\n\x1a\n\0" + BYTES, "image/png"), (b"a,b\n", "text/csv")], ids=["pdf", "png", "csv"]
)
def test_an_upload_in_python(platform: Platform, content: bytes, media_type: str) -> None:
    answer = platform.post("python-upload", "/", data=content, headers={"Content-Type": media_type})

    assert (answer.status_code, answer.json()) == (200, {**digest(content), "media_type": media_type})


@BOTH_FORMS
def test_an_upload_in_python_that_is_none(platform: Platform) -> None:
    assert platform.get("python-upload", "/").status_code == 405
    assert platform.post("python-upload", "/").json() == {"error": "no file"}


@BOTH_FORMS
@pytest.mark.parametrize(("name", "path"), [("python-upload", "/"), ("node-files", "/upload")])
def test_a_form_with_a_file_and_a_field(platform: Platform, name: str, path: str) -> None:
    answer = platform.post(name, path, files={"file": ("scan.pdf", PDF, "application/pdf")}, data={"title": TITLE})

    assert answer.json() == {"title": TITLE, "file": {**digest(PDF), "media_type": "application/pdf", "filename": "scan.pdf"}}


@BOTH_FORMS
def test_a_picture_from_python(platform: Platform) -> None:
    # Twice: the lock of the first call is taken by the second.
    for side in (3, 8):
        answer = platform.get("python-binary", "/square.png", params={"side": side})

        assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, "image/png", "max-age=60")
        assert answer.content.startswith(b"\x89PNG\r\n\x1a\n") and struct.unpack(">II", answer.content[16:24]) == (side, side)
        start = answer.content.index(b"IDAT")
        (length,) = struct.unpack(">I", answer.content[start - 4 : start])
        assert zlib.decompress(answer.content[start + 4 : start + 4 + length]) == (b"\0" + b"\xff\0\0" * side) * side


@BOTH_FORMS
def test_a_compressed_text_from_python(platform: Platform) -> None:
    answer = platform.get("python-binary", "/report.txt")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.text == "नमस्ते, report\n" * 100


@BOTH_FORMS
@pytest.mark.parametrize(
    ("content", "content_type"),
    [(BYTES, "image/png"), ("नमस्ते".encode(), "text/plain; charset=utf-8"), (b"[1]", "application/json")],
    ids=["bytes", "text", "JSON"],
)
def test_what_came_in_goes_out(platform: Platform, content: bytes, content_type: str) -> None:
    answer = platform.post("python-binary", "/copy", data=content, headers={"Content-Type": content_type})

    assert (answer.content, answer.headers["Content-Type"]) == (content, content_type)


@BOTH_FORMS
def test_bytes_on_node(platform: Platform) -> None:
    digested = platform.post("node-files", "/digest", data=BYTES, headers={"Content-Type": "application/octet-stream"})
    assert digested.json() == {**digest(BYTES), "sameAsBody": True}

    zipped = platform.post("node-files", "/zip", data=PDF, headers={"Content-Type": "application/pdf"})
    assert zipped.headers["Content-Type"] == "application/gzip"
    assert gzip.decompress(zipped.content) == PDF


# FastAPI (P.5)


@BOTH_FORMS
def test_fastapi_routes_models_and_refusals(platform: Platform) -> None:
    name = "fastapi-shop"
    assert platform.get(name, "").json() == platform.get(name, "/").json() == {"message": "Hello World"}
    assert platform.get(name, "/items/2?tag=a&tag=b&q=x+y").json() == {"id": 2, "name": "चाय", "tag": ["a", "b"], "q": "x y"}
    missing, refused = platform.get(name, "/items/9"), platform.get(name, "/items/lamp")
    assert (missing.status_code, missing.json()) == (404, {"detail": "Item not found"})
    assert (refused.status_code, refused.json()["detail"][0]["loc"]) == (422, ["path", "item_id"])

    made = platform.post(name, "/items/", json={"name": "tea", "price": 2.5})
    assert (made.status_code, made.headers["X-Created"], made.json()) == (201, "tea", {"name": "tea", "price": 2.5, "tags": []})
    assert made.cookies.get_dict() == {"last": "tea", "seen": "yes"}
    assert platform.post(name, "/items/", json={"name": "tea", "price": -1}).json()["detail"][0]["loc"] == ["body", "price"]
    sold_out = platform.post(name, "/items/", json={"name": "gold", "price": 1})
    assert (sold_out.status_code, sold_out.json()) == (409, {"sold_out": "gold"})


@BOTH_FORMS
def test_fastapi_dependencies(platform: Platform) -> None:
    answers = [platform.get("fastapi-shop", "/me", headers=headers) for headers in ({}, {"X-Token": "guess"}, {"X-Token": TOKEN})]

    assert [answer.status_code for answer in answers] == [422, 403, 200]
    assert answers[-1].json() == {"name": "asha"}


@BOTH_FORMS
def test_fastapi_has_its_own_cors_and_no_other(platform: Platform) -> None:
    own = {"Origin": "https://shop.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-Token"}
    assert platform.get("fastapi-shop", "/", headers=own).headers["Access-Control-Allow-Origin"] == own["Origin"]
    assert "Access-Control-Allow-Origin" not in platform.get("fastapi-shop", "/", headers=ORIGIN).headers
    allowed, refused = (platform.call("fastapi-shop", "OPTIONS", "/items/", headers={**origin, **asked}) for origin in (own, ORIGIN))
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Methods"]) == (200, "GET, POST")
    assert refused.status_code == 400 and "Access-Control-Allow-Origin" not in refused.headers


@BOTH_FORMS
def test_fastapi_files_and_streams(platform: Platform) -> None:
    sent = platform.post("fastapi-shop", "/pictures", files={"file": ("scan.pdf", PDF, "application/pdf")}, data={"title": TITLE})
    assert sent.json() == {"title": TITLE, "filename": "scan.pdf", "media_type": "application/pdf", **digest(PDF)}
    # Without a length, in pieces.
    raw = platform.post("fastapi-shop", "/raw", data=iter([BYTES, b"", BYTES]), headers={"Content-Type": "image/png"})
    assert raw.json() == {"size": 2 * len(BYTES), "media_type": "image/png"}
    rows = platform.get("fastapi-shop", "/rows.csv?count=2")
    assert (rows.text, rows.headers["Content-Type"]) == ("id,square\n0,0\n1,1\n", "text/csv; charset=utf-8")


@BOTH_FORMS
def test_fastapi_works_on_in_the_background(platform: Platform) -> None:
    assert platform.post("fastapi-shop", "/jobs").status_code == 202
    assert until(lambda: platform.get("fastapi-shop", "/jobs").json(), bool) == ["done"]


@BOTH_FORMS
def test_fastapi_documents_itself_and_hides_its_crashes(platform: Platform) -> None:
    schema = platform.get("fastapi-shop", "/openapi.json").json()
    assert schema["info"]["title"] == "Shop" and "/items/{item_id}" in schema["paths"]
    assert platform.get("fastapi-shop", "/docs").status_code == 200
    crash = platform.get("fastapi-shop", "/crash")
    assert crash.status_code == 500 and SECRET_OF_THE_CODE not in crash.text


# Flask (P.5)


@BOTH_FORMS
def test_flask_routes_and_pages(platform: Platform) -> None:
    name = "flask-notes"
    assert platform.get(name, "").json() == platform.get(name, "/").json() == {"message": "Hello World"}
    assert platform.get(name, "/hello/<b>").text == "<h1>Hello &lt;b&gt;!</h1>"
    assert platform.get(name, "/page?v=1&v=%E0%A4%9A").text.strip() == "<ul><li>1</li><li>च</li></ul>"
    assert platform.get(name, "/lines").text == "line 0\nline 1\nline 2\n"
    where = platform.get(name, "/where?a=1&a=%20").json()
    assert (where["path"], where["query"]) == ("/where", "a=1&a=%20")
    logo = platform.get(name, "/logo.gif")
    assert (logo.headers["Content-Type"], logo.content[:6]) == ("image/gif", b"GIF89a")


@BOTH_FORMS
def test_a_blueprint_of_flask(platform: Platform) -> None:
    name = "flask-notes"
    made = platform.post(name, "/notes/", json={"text": "नमस्ते"})
    assert made.status_code == 201
    assert platform.get(name, made.headers["Location"]).json() == {"text": "नमस्ते"}
    removed = platform.call(name, "DELETE", made.headers["Location"])
    assert (removed.status_code, removed.content) == (204, b"")
    missing = platform.get(name, made.headers["Location"])
    assert (missing.status_code, missing.json()) == (404, {"error": f"nothing at {made.headers['Location']}"})
    assert platform.post(name, "/notes/", json={}).status_code == 400


@BOTH_FORMS
def test_flask_files_cookies_and_sessions(platform: Platform) -> None:
    sent = platform.post("flask-notes", "/files", files={"file": ("scan.pdf", PDF, "application/pdf")}, data={"title": TITLE})
    assert sent.json() == {"title": TITLE, "filename": "scan.pdf", "media_type": "application/pdf", **digest(PDF)}

    first = platform.get("flask-notes", "/visits")
    assert first.json() == {"visits": 1, "theme": None} and set(first.cookies.get_dict()) == {"session", "theme"}
    assert platform.get("flask-notes", "/visits", cookies=first.cookies).json() == {"visits": 2, "theme": "dark"}


@BOTH_FORMS
def test_flask_hides_its_crashes_and_adds_no_cors(platform: Platform) -> None:
    crash = platform.get("flask-notes", "/crash")
    assert crash.status_code == 500 and SECRET_OF_THE_CODE not in crash.text
    assert "Access-Control-Allow-Origin" not in platform.get("flask-notes", "/", headers=ORIGIN).headers
    # The framework's own answer to OPTIONS: no preflight of the platform's.
    assert "Access-Control-Allow-Origin" not in platform.call("flask-notes", "OPTIONS", "/", headers=PREFLIGHT).headers


# Express (P.5): how it is started is documented nowhere, and both ways that a developer would try have to work.


@BOTH_FORMS
@pytest.mark.parametrize("name", ["express-exported", "express-listening"])
def test_express_however_it_is_started(platform: Platform, name: str) -> None:
    assert platform.get(name, "").json() == platform.get(name, "/").json() == {"message": GREETING}
    assert platform.get(name, "/static/cities.json").json() == {"city": "Delhi", "चाय": 10}
    refused = platform.post(name, "/items", data="{", headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()) == (400, {"error": "bad request"})
    assert platform.post(name, "/items", json={"name": "चाय"}).status_code == 201
    assert "Access-Control-Allow-Origin" not in platform.get(name, "/", headers=ORIGIN).headers


@BOTH_FORMS
def test_express_routes_bodies_and_errors(platform: Platform) -> None:
    name = "express-exported"
    made = platform.post(name, "/items", json={"name": "चाय"})
    assert made.cookies.get_dict() == {"last": made.json()["id"], "seen": "yes"}
    assert platform.get(name, made.headers["Location"]).json() == {"id": made.json()["id"], "name": "चाय"}
    assert platform.get(name, "/query?a=1&a=2&b[c]=3").json() == {"query": {"a": ["1", "2"], "b": {"c": "3"}}, "path": "/query"}
    raw = platform.post(name, "/raw", data=BYTES, headers={"Content-Type": "image/png"})
    assert raw.json() == {"size": len(BYTES), "media_type": "image/png"}
    crash, missing = platform.get(name, "/crash"), platform.get(name, "/nowhere")
    assert (crash.status_code, crash.json()) == (500, {"error": "our fault"})
    assert (missing.status_code, missing.json()) == (404, {"error": "nothing at /nowhere"})


# Go and PHP (P.6)


@AS_ZIP
@pytest.mark.parametrize("name", ["go-echo", "php-echo"])
def test_go_and_php(platform: Platform, name: str) -> None:
    answer = platform.call(name, "PATCH", "/a/b?q=x", data="नमस्ते".encode(), headers={"X-Tag": "seen", "Content-Type": "text/plain"})

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (202, "application/json")
    query = "q=x" if name == "php-echo" else {"q": "x"}
    seen = {"method": "PATCH", "path": "/a/b", "query": query, "header": "seen", "body": "नमस्ते", "env": GREETING}
    assert answer.json() == seen
