# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets one line that says what is wrong, where, and what is accepted; and nothing is written."""

from __future__ import annotations

import base64
import http.server
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from controller import Controller
from samples import HELLO, NODE, PYTHON
from wrong_inputs import documentation, filter_tasks, play, problem, wrong_inputs

GOOD: dict[str, Any] = {"name": "f", "runtime": PYTHON, "code": HELLO}
MEBIBYTE = 1024 * 1024


def refused(result: dict[str, Any], *texts: str) -> None:
    """One line, with these texts, and no sign of a crash."""
    assert result.get("failed"), result
    assert not result.get("changed")
    message = result["msg"]
    assert "\n" not in message and "Traceback" not in str(result) and "defect" not in message, message
    for text in texts:
        assert text in message, message


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ({"memory": 63}, ["memory is 63 MB", "between 64 and 8192", "128, 256, 512, 1024"]),
        ({"memory": 8193}, ["memory is 8193 MB", "between 64 and 8192"]),
        ({"memory": "much"}, ["memory", "much", "int"]),
        ({"timeout": 0}, ["timeout is 0 s", "between 1 and 900"]),
        ({"timeout": 901}, ["timeout is 901 s", "between 1 and 900"]),
        ({"name": "Hello"}, ["'Hello'", "lower-case"]),
        ({"name": "-f"}, ["'-f'", "begin and end"]),
        ({"name": "f_g"}, ["'f_g'", "hyphens"]),
        ({"name": "f" * 52}, ["51 characters"]),
        ({"name": ""}, ["name is empty"]),
        ({"env": {"1ST": "x"}}, ["'1ST'", "begin with a letter or an underscore"]),
        ({"env": {"A-B": "x"}}, ["'A-B'"]),
        ({"env": {"A" * 51: "x"}}, ["50 characters"]),
        ({"env": {"PORT": "80"}}, ["PORT is reserved"]),
        ({"secret_env": {"PORT": "80"}}, ["PORT is reserved"]),
        ({"env": {"E2E_ANSIBLE_DIGEST": "x"}}, ["E2E_ANSIBLE_DIGEST is reserved"]),
        ({"env": {"A": "1"}, "secret_env": {"A": "2"}}, ["A is given twice"]),
        ({"env": {"A": {"b": 1}}}, ["the value of A is a dict"]),
        ({"code": ""}, ["empty"]),
        ({"code": None}, ["one of src, code or image"]),
        ({"src": "."}, ["mutually exclusive", "src|code"]),
        ({"image": "nginx"}, ["mutually exclusive"]),
        ({"state": "there"}, ["present, absent"]),
        ({"hardware": "gpu"}, ["hardware", "runs on cpu"]),
        ({"hardware": "tpu"}, ["cpu, gpu"]),
        ({"runtime": "python9"}, ["'python9'", "Accepted:", PYTHON, NODE, "Custom Container Image"]),
        ({"runtime": None}, ["runtime is needed", PYTHON, NODE]),
        ({"wait_timeout": 0}, ["wait_timeout"]),
        ({"extra_parameters": {"memory": 1}}, ["extra_parameters cannot set memory"]),
        ({"nmae": "f"}, ["nmae"]),
    ],
)
def test_options(controller: Controller, emulator: Any, options: dict[str, Any], texts: list[str]) -> None:
    result = controller.function(**{**GOOD, **options})

    refused(result, *texts)
    assert emulator.writes() == 0


@pytest.mark.parametrize(
    ("options", "warning", "refusal"),
    [
        ({"memory": 64}, "none of the sizes the platform documents", "memory: 64 is not a valid choice"),
        ({"memory": 8192}, "none of the sizes the platform documents", "memory: 8192 is not a valid choice"),
        ({"timeout": 900}, "more than the 600 s", "timeout: 900 is out of range"),
    ],
)
def test_what_only_the_server_may_judge_is_sent_with_a_warning(
    controller: Controller, emulator: Any, options: dict[str, Any], warning: str, refusal: str
) -> None:
    result = controller.function(**{**GOOD, **options})

    refused(result, refusal, "400")
    assert any(warning in text for text in result["warnings"])
    assert emulator.writes() == 1


@pytest.mark.parametrize(("name", "warning"), [("a" * 41, "40"), ("1f", "begins with a digit")])
def test_names_that_the_documentation_forbids_are_warned_of(controller: Controller, emulator: Any, name: str, warning: str) -> None:
    result = controller.function(**{**GOOD, "name": name})

    assert result["changed"] and any(warning in text for text in result["warnings"])


Prepare = Callable[[Path], None]


def _no_handler(folder: Path) -> None:
    (folder / "helper.py").write_text("A = 1\n")


def _symbolic_link(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / "secrets.txt").symlink_to("/etc/hostname")


def _dangling_link(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / "lost.txt").symlink_to("nowhere")


def _loop(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / "again").symlink_to(".")


def _pipe(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    os.mkfifo(folder / "pipe")


def _too_large(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    with open(folder / "model.bin", "wb") as file:
        file.truncate(201 * MEBIBYTE)


def _requirements_are_binary(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / "requirements.txt").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")


def _requirements_hold_nul(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / "requirements.txt").write_bytes(b"requests\0")


def _handler_is_binary(folder: Path) -> None:
    (folder / "handler.py").write_bytes(b"\x7fELF\xff\xfe\x00")


def _bad_ignore_file(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / ".faasignore").write_bytes(b"\xff\xfe\xfa")


def _everything_ignored(folder: Path) -> None:
    (folder / "handler.py").write_text(HELLO)
    (folder / ".faasignore").write_text("*\n")


@pytest.mark.parametrize(
    ("prepare", "texts"),
    [
        (lambda folder: None, ["holds no file"]),
        (_no_handler, ["no handler", "handler.py", "helper.py"]),
        (_symbolic_link, ["secrets.txt", "leaves the directory", "/etc/hostname"]),
        (_dangling_link, ["lost.txt", "leads nowhere"]),
        (_loop, ["again", "contains it"]),
        (_pipe, ["pipe", "neither a file nor a directory"]),
        (_too_large, ["200 MB"]),
        (_requirements_are_binary, ["requirements.txt", "not text"]),
        (_requirements_hold_nul, ["requirements.txt", "not text"]),
        (_handler_is_binary, ["handler.py", "not text"]),
        (_bad_ignore_file, [".faasignore", "UTF-8"]),
        (_everything_ignored, ["holds no file"]),
    ],
)
def test_source_directories(controller: Controller, emulator: Any, prepare: Prepare, texts: list[str]) -> None:
    folder = controller.folder / "source"
    folder.mkdir()
    prepare(folder)

    result = controller.function(name="f", runtime=PYTHON, src=str(folder))

    refused(result, *texts)
    assert emulator.writes() == 0


def test_a_source_that_is_missing(controller: Controller, emulator: Any) -> None:
    refused(controller.function(name="f", runtime=PYTHON, src="/no/such/folder"), "/no/such/folder", "does not exist")
    refused(controller.module("e2e_faas_package", runtime=PYTHON, src="/no/such/folder", dest="/tmp"), "/no/such/folder", "does not exist")
    assert emulator.requests() == []


def test_package_limits(controller: Controller, emulator: Any) -> None:
    folder = controller.folder / "source"
    folder.mkdir()
    (folder / "handler.py").write_text(HELLO)
    (folder / "run.sh").write_text("true\n")
    options = {"src": str(folder), "runtime": PYTHON, "dest": str(controller.folder / "f.zip")}

    refused(controller.module("e2e_faas_package", **options), ".sh", "run.sh")
    (folder / "run.sh").unlink()
    refused(controller.module("e2e_faas_package", **{**options, "dest": "/no/such/folder/f.zip"}), "/no/such/folder")
    (folder / "handler.py").rename(folder / "main.py")
    refused(controller.module("e2e_faas_package", **options), "handler.py")
    assert not (controller.folder / "f.zip").exists()


ACCOUNT_PROBLEMS = [
    ({"E2E_API_KEY": "wrong"}, "authentication", ["401", "api_key"]),
    ({"E2E_AUTH_TOKEN": "wrong"}, "authentication", ["401", "auth_token"]),
    ({"E2E_PROJECT_ID": "99"}, "refused", ["400", "roject"]),
    ({"E2E_PROJECT_ID": "mine"}, "configuration", ["project_id", "'mine'", "positive whole number"]),
    ({"E2E_LOCATION": "Chennai"}, "refused", ["Delhi"]),
    (
        {"E2E_API_KEY": "", "E2E_LOCATION": " "},
        "configuration",
        ["api_key, location", "E2E_API_KEY", "SERVICE_API_KEY", "~/.e2e/config.json", "module_defaults"],
    ),
    ({"E2E_API_ENDPOINT": "ftp://x/"}, "configuration", ["api_endpoint", "http or https"]),
    ({"E2E_API_ENDPOINT": "http://127.0.0.1:9/myaccount/api/v1/"}, "connection", ["127.0.0.1:9", "cannot connect"]),
    ({"E2E_API_ENDPOINT": "http://no-such-host.invalid/myaccount/api/v1/"}, "connection", ["no-such-host.invalid", "resolved"]),
]


@pytest.mark.parametrize(("environ", "code", "texts"), ACCOUNT_PROBLEMS)
def test_accounts(controller: Controller, emulator: Any, environ: dict[str, str], code: str, texts: list[str]) -> None:
    controller.environ.update(environ)

    for check_mode in (True, False):
        result = controller.function(**GOOD, api_retries=0, check_mode=check_mode)
        refused(result, *texts)
        assert result["error"]["code"] == code
    assert emulator.writes() == 0


def test_a_token_that_may_only_read(controller: Controller, emulator: Any) -> None:
    controller.environ["E2E_AUTH_TOKEN"] = "emulator-read-only-token"

    assert controller.function(**GOOD, check_mode=True)["changed"]
    result = controller.function(**GOOD)

    refused(result, "403", "can only read")
    assert result["error"]["code"] == "authentication"


@pytest.fixture
def web_page() -> Iterator[str]:
    """A server that is not the API: it answers everything with a page."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><html><body>Welcome</body></html>")

        def log_message(self, format: str, *args: Any) -> None:  # pylint: disable=redefined-builtin
            """Keep the test output clean."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_an_endpoint_that_speaks_html(controller: Controller, web_page: str) -> None:
    controller.environ["E2E_API_ENDPOINT"] = web_page

    for result in (controller.function(**GOOD, api_retries=0), controller.module("e2e_faas_runtime_info", api_retries=0)):
        refused(result, "HTML page", "api_endpoint")
        assert result["error"]["code"] == "protocol"


def test_a_wrong_path_of_the_endpoint_is_not_taken_for_a_missing_function(controller: Controller, emulator: Any) -> None:
    controller.environ["E2E_API_ENDPOINT"] = f"{emulator.url}/somewhere/"

    refused(controller.module("e2e_faas_runtime_info"), "404")
    result = controller.function(**GOOD)

    assert result["failed"] and "404" in result["msg"]
    assert not result["changed"]


def test_invoke(controller: Controller, emulator: Any) -> None:
    refused(controller.module("e2e_faas_invoke", name="ghost"), "no function ghost")
    refused(controller.module("e2e_faas_invoke"), "name, url")
    refused(controller.module("e2e_faas_invoke", name="f", url="http://x"), "mutually exclusive")
    refused(controller.module("e2e_faas_invoke", url="http://127.0.0.1:9/"), "http://127.0.0.1:9/", "cannot connect")
    refused(controller.module("e2e_faas_invoke", url="nonsense"), "nonsense")
    refused(controller.module("e2e_faas_invoke", url="http://127.0.0.1:9/", body_file="/no/such/file"), "/no/such/file")
    refused(controller.module("e2e_faas_invoke", url="http://127.0.0.1:9/", timeout=0), "timeout")
    assert emulator.writes() == 0


def test_runtime_and_hardware_are_not_replaced_without_consent(controller: Controller, emulator: Any) -> None:
    controller.function(**GOOD)
    emulator.clear_requests()

    result = controller.function(name="f", runtime=NODE, code="module.exports = async (e, c) => c.succeed('x')")

    refused(result, "allow_replace", f"runtime from {PYTHON} to {NODE}")
    assert result["error"]["code"] == "consent_required"
    assert emulator.writes() == 0


def test_a_part_of_all_wrong_inputs_gets_one_line_that_names_the_option(controller: Controller) -> None:
    """The other ones are in `make soak`."""
    inputs = wrong_inputs(documentation(controller))[::15]
    assert len(inputs) > 100
    found = [said for wrong in inputs if (said := problem(wrong))]
    assert not found, "\n".join(found)


def test_filters(controller: Controller) -> None:
    tasks = filter_tasks()
    seen = play(controller, tasks)
    for task in tasks:
        message = str(seen.task(task["name"]).result["msg"])
        assert task["name"].partition(" ")[2] in message and "Traceback" not in message and "has no attribute" not in message


FILES = [
    ("e2e_faas_invoke", "body_file", {"url": "http://127.0.0.1:9/"}),
    ("e2e_secret", "value_file", {"name": "s"}),
    ("e2e_secret", "digest_file", {"name": "s", "value": "a value", "update": "on_change"}),
    ("e2e_faas_function", "src", {"name": "f", "runtime": PYTHON}),
    ("e2e_faas_function", "config_file", {"name": "f", "runtime": PYTHON, "code": HELLO}),
    ("e2e_faas_function", "snapshot", {"name": "f"}),
    ("e2e_faas_function", "snapshot", {"name": "f", "provider": "openfaas"}),
]


@pytest.mark.parametrize(("module", "option", "more"), FILES)
def test_only_regular_files_are_read(controller: Controller, emulator: Any, module: str, option: str, more: dict[str, Any]) -> None:
    fifo = controller.folder / "pipe"
    os.mkfifo(fifo)

    for path, text in (("/dev/zero", "a device"), (str(fifo), "a pipe"), ("a\0b", "NUL")):
        refused(controller.module(module, **more, **{option: path}), text)
    assert emulator.writes() == 0


@pytest.mark.parametrize("path", [".e2e/config.json", ".E2E_CLI/config.json", ".openfaas/config.yml"])
@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 5000, "\0", "{"])
def test_config_files_of_tools(controller: Controller, emulator: Any, path: str, content: str) -> None:
    controller.file(f"home/{path}", content)
    for name in ("E2E_API_KEY", "OPENFAAS_PASSWORD"):
        del controller.environ[name]
    refused(controller.module("e2e_secret_info" if "openfaas" in path else "e2e_node_info"), path.rpartition("/")[2])
    assert emulator.requests() == []


def test_a_few_lines_of_yaml_that_stand_for_billions_of_values(controller: Controller) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi")]
    bomb = "\n".join(lines) + "\nauths: [{gateway: *i, token: *i}]\nfunction: {name: *i}\nprovider: {name: *i}\n"
    del controller.environ["OPENFAAS_PASSWORD"]
    controller.file("home/.openfaas/config.yml", bomb)
    refused(controller.module("e2e_secret_info"), "config.yml", "aliases")
    file = str(controller.file("bomb.yml", bomb))
    refused(controller.function(config_file=file, runtime=PYTHON, code=HELLO), "function_config.yaml", "aliases")
    refused(controller.function(config_file=file, provider="openfaas", name="f"), "stack.yml", "aliases")


@pytest.mark.parametrize("pattern", ["*a" * 30 + "b", "**/a/" * 30 + "b"])
def test_a_pattern_that_would_be_tried_for_ever(controller: Controller, pattern: str) -> None:
    folder = controller.file("source/handler.py", HELLO).parent
    controller.file("source/.faasignore", f"# what stays at home\n{pattern}\n")
    controller.file(f"source/{'a' * 200}", "1")
    refused(controller.function(name="f", runtime=PYTHON, src=str(folder)), ".faasignore, line 2", "asterisks")


@pytest.mark.parametrize("host", ["a" * 64, f"{'a' * 64}.example.com", "a..example.com"])
def test_hosts_that_no_name_server_knows(controller: Controller, host: str) -> None:
    url = f"http://{host}/"
    for result in (
        controller.module("e2e_node_info", api_endpoint=url, api_retries=0),
        controller.module("e2e_secret_info", gateway_url=url, api_retries=0),
        controller.module("e2e_faas_invoke", url=url),
    ):
        refused(result, host)


@pytest.mark.parametrize("seconds", ["nan", "inf", 1e30])
def test_time_limits_that_are_none(controller: Controller, emulator: Any, seconds: Any) -> None:
    refused(controller.module("e2e_node_info", api_timeout=seconds), "api_timeout", "1,000,000")
    refused(controller.module("e2e_secret_info", gateway_timeout=seconds), "gateway_timeout", "1,000,000")
    refused(controller.module("e2e_faas_invoke", url=emulator.url, timeout=seconds), "timeout", "1,000,000")
    refused(controller.function(**GOOD, smoke_test={"timeout": seconds}), "smoke_test.timeout", "1,000,000")
    assert emulator.requests() == []


@pytest.mark.parametrize("headers", [{"X-\u00e9": "a"}, {"X": "\u00e9"}, {"X": "a\nb"}, {"X Y": "a"}, {"X": {"a": 1}}, {"X": [1]}])
def test_headers(controller: Controller, emulator: Any, headers: dict[str, Any]) -> None:
    refused(controller.module("e2e_faas_invoke", url=emulator.url, headers=headers), "headers", "X")
    refused(controller.function(**GOOD, smoke_test={"headers": headers}), "smoke_test.headers", "X")
    assert emulator.requests() == []


def test_an_archive_by_a_bare_name(controller: Controller) -> None:
    folder = controller.file("source/handler.py", HELLO).parent
    result = controller.module("e2e_faas_package", src=str(folder), runtime=PYTHON, dest="hello.zip")
    assert result["changed"], result
    assert result["path"] == str(controller.folder / "hello.zip") and os.path.exists(result["path"])
    assert not controller.module("e2e_faas_package", src=str(folder), runtime=PYTHON, dest="hello.zip")["changed"]


KEY_FILE = {"type": "service_account", "private_key": "-----BEGIN\n\u00e9\n", "id": 7, "none": None}


def test_the_content_of_a_json_file_stays_json(controller: Controller, emulator: Any) -> None:
    """ansible-core 2.18 makes a dictionary of the content; later ones leave it, and take a variable that is one."""
    path = controller.file("key.json", json.dumps(KEY_FILE))
    content = f"{{{{ lookup('ansible.builtin.file', '{path}') }}}}"
    package = controller.file("package.json", json.dumps({"dependencies": {}}))
    fields = {"name": "f", "runtime": NODE, "code": "module.exports = async (e, c) => c.succeed('x')"}
    requirements = f"{{{{ lookup('ansible.builtin.file', '{package}') }}}}"
    controller.tasks(
        [
            {"e2enetworks.cloud.e2e_secret": {"name": "file", "value": content}},
            {"e2enetworks.cloud.e2e_secret": {"name": "variable", "value": "{{ key }}"}},
            {"e2enetworks.cloud.e2e_faas_function": {**fields, "requirements": requirements}},
        ],
        "-e",
        json.dumps({"key": KEY_FILE}),
    ).succeeded()

    stored = emulator.gateway()["secrets"]
    texts = [base64.b64decode(secret["value"]).decode() for secret in stored if secret["name"] in ("file", "variable")]
    assert [json.loads(text) for text in texts] == [KEY_FILE, KEY_FILE]

    for option, value in (("code", {"a": 1}), ("name", [1]), ("requirements", ["flask"])):
        refused(controller.function(**{**GOOD, option: value}), f"{option}: it has to be one text")


def test_half_of_a_character_in_an_answer_breaks_no_result(controller: Controller, emulator: Any) -> None:
    half = "def handle(event, context):\n    return {'statusCode': 200, 'body': '{\"t\": \"\\\\ud83d\"}', 'headers': {'Content-Type': 'application/json'}}\n"
    assert controller.function(name="f", runtime=PYTHON, code=half)["changed"]
    played = controller.tasks(
        [
            {"name": "call", "e2enetworks.cloud.e2e_faas_invoke": {"name": "f"}, "register": "answer"},
            {"name": "look", "ansible.builtin.assert": {"that": ["answer.json.t != ''"]}},
            {
                "name": "test",
                "e2enetworks.cloud.e2e_faas_function": {
                    "name": "f",
                    "runtime": PYTHON,
                    "code": half + "\n",
                    "rollback": True,
                    "smoke_test": {"json": {"t": "x"}, "retries": 0},
                },
                "register": "tested",
                "ignore_errors": True,
            },
            {"name": "caught", "ansible.builtin.assert": {"that": ["tested is failed", "tested.rolled_back"]}},
        ]
    ).succeeded()
    assert played.task("call").result["json"] == {"t": "\ufffd"}
