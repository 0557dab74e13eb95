# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A form is on the wire what ``requests`` makes of it, and is in memory only once."""

from __future__ import annotations

import tracemalloc
import typing as t

import pytest
import requests
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.multipart import Form, FormBody

FORM: Form = {
    "function_name": (None, "hello"),
    "variables": (None, '{"A": "\u00e4"}'),
    "empty": (None, ""),
    "code_file": ('he"llo \u00e4.zip', b"PK\x00\r\n--x" * 3000),
}


def test_the_same_bytes_as_requests_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.filepost.choose_boundary", lambda: "the-boundary")
    wanted = requests.Request("POST", "http://127.0.0.1/", files=FORM).prepare()
    body = FormBody(FORM)
    sent = requests.Request("POST", "http://127.0.0.1/", data=body, headers={"Content-Type": body.content_type}).prepare()
    for name in ("Content-Type", "Content-Length"):
        assert sent.headers[name] == wanted.headers[name]
    assert "Transfer-Encoding" not in sent.headers
    assert b"".join(t.cast("FormBody", sent.body)) == wanted.body
    for size in (1, 7, 16 * 1024, 10**6):
        again = FormBody(FORM)
        assert b"".join(iter(lambda again=again, size=size: again.read(size), b"")) == wanted.body
    assert FormBody(FORM).read() == wanted.body


def test_a_large_file_is_not_copied() -> None:
    data = bytes(24 * 1024 * 1024)
    tracemalloc.start()
    try:
        body = FormBody({"code_file": ("hello.zip", data)})
        total = sum(map(len, body))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total > len(data)
    assert peak < 1024 * 1024
