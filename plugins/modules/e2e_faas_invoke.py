#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_invoke
short_description: Call a function of E2E Networks or of an OpenFaaS gateway
version_added: 0.1.0
description:
  - Calls a function at its public URL and returns what it answered.
  - The credentials of the account are used only to look up the URL, they are never sent to the function.
  - With O(provider=openfaas) it calls a function of a gateway, and can hand it a call to work on later, see O(asynchronous).
  - Where an answer repeats a credential that the module knows, it is masked in the result, from four characters on. These are the values of secret
    variables of a function that is called by its name, those of O(headers) that are credentials by their name such as C(Authorization), a password
    in O(url), and what O(send_gateway_credentials) sends.
  - What a call changes is known only to the function. The module always reports C(changed=false), use C(changed_when) to say otherwise.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes.gateway
  - e2enetworks.cloud.gateway.provider
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
  - e2enetworks.cloud.gateway
attributes:
  check_mode:
    support: full
    details:
      - The function is not called in check mode, and the task is skipped.
  diff_mode:
    support: N/A
    details:
      - The module does not know what a call changes.
  idempotent:
    support: N/A
    details:
      - That depends on the function.
options:
  name:
    description:
      - Name of the function. Its URL and status are looked up at the API, and it has to be running.
    type: str
  url:
    description:
      - The URL to call, as the other modules return it. Without a look-up, so no credentials are needed.
    type: str
  asynchronous:
    description:
      - Whether the gateway only takes the call and lets the function work on it later, for O(provider=openfaas). The answer is then 202,
        whatever becomes of the call. Where it went shows only at O(callback_url) and in the function's log.
    type: bool
    default: false
  callback_url:
    description:
      - Where the gateway sends the function's answer of an asynchronous call, with the header C(X-Call-Id).
    type: str
  send_gateway_credentials:
    description:
      - Whether the credentials of the gateway go along with the call, for O(provider=openfaas). The function can read them, and an
        asynchronous call stores them in the queue. Only needed where something in front of the gateway asks for them.
      - They go to the gateway only. An O(url) with another scheme, host or port is refused.
    type: bool
    default: false
  method:
    description:
      - HTTP method. The default is V(POST) when there is a body or the call is asynchronous, and V(GET) otherwise.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]
  path:
    description:
      - Path below the function's URL. A query that O(url) has stays at the end.
    type: str
    default: ""
  query:
    description:
      - Query parameters. A list as value repeats the parameter.
    type: dict
    default: {}
  headers:
    description:
      - Headers to send. Names and values are ASCII, which is all that a header carries safely; encode others, for example with C(urlencode).
    type: dict
    default: {}
  digest_variable:
    description:
      - Name of the environment variable for digests, if you gave another one to M(e2enetworks.cloud.e2e_faas_function). It tells which variables
        are secret. Only for O(provider=myaccount).
    type: str
    default: E2E_ANSIBLE_DIGEST
  body:
    description:
      - Text to send. A dictionary or a list is sent as JSON, because ansible-core 2.18 makes one of the content of a JSON file.
    type: str
  body_json:
    description:
      - A value to send as JSON, with the content type C(application/json).
    type: raw
  body_file:
    description:
      - A file to send as it is, on the machine that runs the module.
    type: path
  status_code:
    description:
      - Accepted status codes. Without it, every status from 200 to 299 is accepted.
    type: list
    elements: int
  timeout:
    description:
      - Seconds to wait for the connection, and for the answer.
    type: float
    default: 30
  retries:
    description:
      - How often to call again after an answer that is not accepted, or after none. The function may then run several times.
    type: int
    default: 0
  retry_delay:
    description:
      - Seconds between two attempts.
    type: float
    default: 1
  follow_redirects:
    description:
      - Whether to follow redirects. Otherwise a redirect is an answer like any other.
      - To another server than that of the function, a redirect takes none of O(headers), and one that would take the body there is an error.
    type: bool
    default: false
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Call a function by its name
  e2enetworks.cloud.e2e_faas_invoke:
    name: hello
  register: answer

- name: Show the answer
  ansible.builtin.debug:
    var: answer.body

- name: Send JSON to a path below a function, and insist on 200
  e2enetworks.cloud.e2e_faas_invoke:
    name: invoice
    path: totals
    query:
      year: 2026
    body_json:
      items: [3, 4]
    status_code: [200]
    timeout: 60

- name: Call a URL that another task returned, and try again while it warms up
  e2enetworks.cloud.e2e_faas_invoke:
    url: "{{ answer.url }}"
    method: GET
    retries: 5
    retry_delay: 2

- name: Let a function of an OpenFaaS gateway work on something later
  e2enetworks.cloud.e2e_faas_invoke:
    provider: openfaas
    name: figlet
    asynchronous: true
    body: Hello
  register: handed_over

- name: Show the id of the call
  ansible.builtin.debug:
    var: handed_over.call_id
"""

RETURN = r"""
url:
  description: The URL that was called. A user and a password in it are masked.
  returned: when called
  type: str
status:
  description: HTTP status of the answer.
  returned: when it answered
  type: int
  sample: 200
headers:
  description: Headers of the answer, names in lower case.
  returned: when it answered
  type: dict
body:
  description: The answer as text. V(null) if it is binary. Cut after 256 KiB, see RV(body_truncated).
  returned: when it answered
  type: str
  sample: Hello from E2E
body_base64:
  description: The answer in base64 if it is binary, otherwise V(null).
  returned: when it answered
  type: str
body_truncated:
  description: Whether RV(body) or RV(body_base64) holds only the beginning of the answer.
  returned: when it answered
  type: bool
json:
  description: The answer as JSON, V(null) if it is not JSON or is larger than 256 KiB.
  returned: when it answered
  type: raw
elapsed:
  description: Seconds from the request to the answer, of the last attempt.
  returned: when it answered
  type: float
  sample: 0.018
call_id:
  description: Id of the call, which the gateway gives and the callback repeats. V(null) where there is none.
  returned: when it answered
  type: str
attempts:
  description: How often the function was called.
  returned: when it answered
  type: int
  sample: 1
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import base64
import dataclasses
import json
import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE, read_bytes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import STOPPED, FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call, UnacceptedAnswerError, invoke
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor, passwords_in
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import origin, without_secrets
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, either_spec, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_view import secret_values
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.http_fields import header_fields, query_fields
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import refuse_foreign_options
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.smoke_test_options import credential_headers

SPEC: ArgumentSpec = {
    "name": {"type": "str"},
    "url": {"type": "str"},
    "asynchronous": {"type": "bool", "default": False},
    "callback_url": {"type": "str"},
    "send_gateway_credentials": {"type": "bool", "default": False},
    "method": {"type": "str", "choices": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]},
    "path": {"type": "str", "default": ""},
    "query": {"type": "dict", "default": {}},
    "headers": {"type": "dict", "default": {}, "no_log": True},
    "digest_variable": {"type": "str", "default": "E2E_ANSIBLE_DIGEST"},
    "body": {"type": "str"},
    "body_json": {"type": "raw"},
    "body_file": {"type": "path"},
    "status_code": {"type": "list", "elements": "int"},
    "timeout": {"type": "float", "default": 30.0},
    "retries": {"type": "int", "default": 0},
    "retry_delay": {"type": "float", "default": 1.0},
    "follow_redirects": {"type": "bool", "default": False},
}

ONLY: dict[str, dict[str, str]] = {
    "myaccount": {"digest_variable": ""},
    "openfaas": {"namespace": "", "asynchronous": "", "callback_url": "", "send_gateway_credentials": ""},
}

CALL_ID = "x-call-id"

# What is sent is held in memory as a whole.
LARGEST_FILE = 512 * MEBIBYTE

# Results travel through job events, which lose their data when they grow large.
LARGEST_BODY = 256 * 1024
# A secret that lies across the cut is recognised as a whole.
LONGEST_SECRET = 64 * 1024


def body_of(params: t.Mapping[str, t.Any]) -> tuple[bytes | None, dict[str, str]]:
    """What to send, and the headers that belong to it."""
    if params["body_json"] is not None:
        return json.dumps(params["body_json"]).encode(), {"Content-Type": "application/json"}
    if params["body_file"] is not None:
        try:
            return read_bytes(params["body_file"], LARGEST_FILE), {"Content-Type": "application/octet-stream"}
        except OSError as error:
            raise InputError(f"body_file: cannot read {params['body_file']}: {error.strerror}.") from None
    if params["body"] is not None:
        return params["body"].encode(), {"Content-Type": "text/plain; charset=utf-8"}
    return None, {}


def url_at_account(module: CloudModule, name: str) -> str:
    """The URL of a function of the account, which has to be running."""
    function = FunctionsClient(module.transport).get(name)
    if function is None:
        raise InputError(f"There is no function {name} in this project.")
    module.redact.add(*secret_values(function, module.params["digest_variable"]))
    if not function.is_ready:
        raise InputError(f"The function {name} cannot be called: its status is {function.status}.")
    if not function.url:
        raise InputError(f"The API does not return the URL of the function {name}. Give it with url.")
    return function.url


def url_at_gateway(module: CloudModule, name: str) -> str:
    """The URL of a function of the gateway. Looked up first: an asynchronous call is taken for one that does not exist, too."""
    client = GatewayClient(module.gateway)
    function = client.function(name)
    if function is None:
        where = f" in the namespace {client.namespace}" if client.namespace else ""
        raise InputError(f"There is no function {name}{where} on this gateway.")
    view = FunctionView(function, lambda: client.dialect)
    module.redact.add(*view.secret_values)
    if view.status == STOPPED:
        raise InputError(f"The function {name} cannot be called: it is stopped. Deploy it again, or start it with e2enetworks.cloud.e2e_faas_scale.")
    return client.url(name, asynchronous=module.params["asynchronous"])


def url_of(module: CloudModule) -> str:
    """The function's URL, looked up when only its name is given."""
    url: str | None = module.params["url"]
    if url is None:
        look_up = url_at_gateway if module.params["provider"] == "openfaas" else url_at_account
        url = look_up(module, module.params["name"])
    path = module.params["path"].lstrip("/")
    if not path:
        return url
    end = len(re.split(r"[?#]", url)[0])
    return f"{url[:end].rstrip('/')}/{path}{url[end:]}"


def gateway_headers(module: CloudModule, url: str) -> dict[str, str]:
    """What a call to a gateway carries besides the user's own headers.

    :raises InputError: the gateway's credentials are wanted for a URL of another server.
    """
    headers: dict[str, str] = {}
    if module.params["callback_url"]:
        headers["X-Callback-Url"] = module.params["callback_url"]
    if module.params["send_gateway_credentials"] and module.gateway.authorization:
        if origin(url) != origin(module.gateway.base):
            raise InputError(
                f"send_gateway_credentials: {without_secrets(url)} is not on the gateway {module.gateway.base}, and its credentials are for no other server."
            )
        headers["Authorization"] = module.gateway.authorization
    return headers


def check_asynchronous(params: t.Mapping[str, t.Any]) -> None:
    """Refuse combinations that cannot be an asynchronous call."""
    if not params["asynchronous"]:
        if params["callback_url"]:
            raise InputError("callback_url has an effect only together with asynchronous: true.")
        return
    if params["url"] is not None:
        raise InputError("asynchronous needs the name of the function, not its url.")
    if params["method"] not in (None, "POST"):
        raise InputError(f"method: an asynchronous call is always a POST, not a {params['method']}.")


def shown(answer: Answer, sent: t.Mapping[str, str], redact: Redactor) -> dict[str, t.Any]:
    """The answer as the module returns it, without secrets. A gateway repeats no call id that the caller has sent."""
    call_id = next((value for headers in (answer.headers, sent) for name, value in headers.items() if name.lower() == CALL_ID), None)
    content = redact.content(answer.content[: LARGEST_BODY + LONGEST_SECRET])[:LARGEST_BODY]
    truncated = len(answer.content) > LARGEST_BODY
    text = None if answer.text is None else content.decode("utf-8", "ignore")
    return {
        "url": redact(answer.url),
        "status": answer.status,
        "headers": {name.lower(): redact.known(value) for name, value in answer.headers.items()},
        "body": text,
        "body_base64": base64.b64encode(content).decode() if text is None else None,
        "body_truncated": truncated,
        "json": None if truncated else dataclasses.replace(answer, content=content).json,
        "elapsed": answer.elapsed,
        "call_id": call_id,
        "attempts": answer.attempts,
    }


def run(module: CloudModule) -> None:
    """Call the function and report its answer."""
    params = module.params
    headers_given = module.withhold("headers")
    module.protect(*credential_headers(headers_given), *passwords_in(params["url"] or ""))
    refuse_foreign_options(params, SPEC, ONLY)
    check_asynchronous(params)
    for option in ("timeout", "retries", "retry_delay"):
        if params[option] < 0 or (option == "timeout" and not params[option]):
            raise InputError(f"{option} cannot be {params[option]:g}.")
    body, headers = body_of(params)
    given, query = header_fields("headers", headers_given), query_fields("query", params["query"])
    if module.check_mode:
        module.result |= {"skipped": True, "msg": "The function is not called in check mode."}
        return
    url = url_of(module)
    module.result["url"] = module.redact(url)
    headers = {**headers, **gateway_headers(module, url), **given}
    call = Call(
        url=url,
        method=params["method"] or ("GET" if body is None and not params["asynchronous"] else "POST"),
        query=query,
        headers=headers,
        body=body,
        timeout=params["timeout"],
        follow_redirects=params["follow_redirects"],
        verify=module.verify,
    )
    accepted = params["status_code"]
    try:
        answer = invoke(
            call,
            lambda status: status in accepted if accepted else 200 <= status < 300,
            retries=params["retries"],
            retry_delay=params["retry_delay"],
            clock=module.clock,
        )
    except UnacceptedAnswerError as error:
        module.result |= shown(error.answer, headers, module.redact)
        raise
    module.result |= shown(answer, headers, module.redact)


def main() -> None:
    """Entry point."""
    run_module(
        SPEC,
        run,
        connection=either_spec,
        documents={"body": (dict, list)},
        mutually_exclusive=[("name", "url"), ("body", "body_json", "body_file")],
        required_one_of=[("name", "url")],
    )


if __name__ == "__main__":
    main()
