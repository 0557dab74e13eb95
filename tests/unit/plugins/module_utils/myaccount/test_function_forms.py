# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the two forms of a function hold, field by field."""

from __future__ import annotations

import dataclasses
import io
import json
import typing as t
import zipfile

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import from_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import FIELDS, Deployment

CODE = 'def handler(event, context):\n    return {"statusCode": 200}\n'
LAYOUT = layout_for("python-3.11-http")


def deployment(**fields: t.Any) -> Deployment:
    values: dict[str, t.Any] = {
        "name": "hello",
        "runtime": "python-3.11-http",
        "hardware": "cpu",
        "memory": 256,
        "timeout": 30,
        "environment": {"TEXT": 'ä "quoted"', "EMPTY": "", "ALSO": "1"},
        "secrets": ("one", "two"),
        "requirements": "flask\n",
        "code": lambda: CODE,
        "archive": lambda: from_text(CODE, LAYOUT, requirements="flask\n").as_zip("hello"),
    }
    return Deployment(**{**values, **fields})


def test_json_of_a_create() -> None:
    """Reference B.3: the keys, with integers, an object and a list."""
    assert deployment().body(new=True) == {
        "function": "hello",
        "runtime": "python-3.11-http",
        "code": CODE,
        "requirements": "flask\n",
        "memory": 256,
        "timeout": 30,
        "node_type": "cpu",
        "environment_variables": {"TEXT": 'ä "quoted"', "EMPTY": "", "ALSO": "1"},
        "secrets": ["one", "two"],
        "arguments": {},
        "params": {},
    }


def test_json_of_an_update() -> None:
    """Reference B.4: all that is replaced, and nothing that is bound to the name."""
    body = deployment().body(new=False)
    assert body.keys() == {"code", "requirements", "environment_variables", "secrets", "memory", "timeout", "params"}
    assert body == {key: value for key, value in deployment().body(new=True).items() if key in body}


def test_json_types_survive_a_round_trip() -> None:
    body = deployment(environment={}, secrets=()).body(new=True)
    assert json.loads(json.dumps(body)) == body
    assert (body["environment_variables"], body["secrets"]) == ({}, [])


def texts(form: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The plain fields of a form, which have no file name."""
    fields = {name: content for name, (filename, content) in form.items() if filename is None}
    assert all(isinstance(content, str) for content in fields.values()), fields
    return fields


def test_form_of_a_create() -> None:
    """Reference H.6: all six fields, all of them texts but for the file."""
    form = deployment().form(new=True)
    assert list(form) == ["function_name", "runtime", "memory", "timeout", "environment_variables", "code_file"]
    variables = texts(form).pop("environment_variables")
    assert {**texts(form), "environment_variables": None} == {
        "function_name": "hello",
        "runtime": "python-3.11-http",
        "memory": "256",
        "timeout": "30",
        "environment_variables": None,
    }
    assert json.loads(variables) == {"TEXT": 'ä "quoted"', "EMPTY": "", "ALSO": "1"}


def test_form_of_an_update() -> None:
    """Reference H.7: no name and no runtime."""
    assert list(deployment().form(new=False)) == ["memory", "timeout", "environment_variables", "code_file"]


def test_settings_alone_have_no_file() -> None:
    """Reference B.4: without it the code stays."""
    assert texts(deployment(archive=None, code=None).form(new=False)).keys() == {"memory", "timeout", "environment_variables"}


def test_no_variables_are_an_empty_object() -> None:
    assert texts(deployment(environment={}).form(new=True))["environment_variables"] == "{}"


def test_the_file_is_an_archive_that_depends_on_nothing_but_its_content() -> None:
    """Reference P.8: one folder, the runtime's names."""
    filename, content = deployment().form(new=True)["code_file"]
    assert filename == "hello.zip"
    assert isinstance(content, bytes)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert {name: archive.read(name).decode() for name in archive.namelist()} == {"hello/func.py": CODE, "hello/requirements.txt": "flask\n"}
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert deployment().form(new=True)["code_file"] == (filename, content)


def test_variables_in_any_order_are_the_same_form() -> None:
    there = {"B": "2", "A": "1"}
    assert texts(deployment(environment=there).form(new=True)) == texts(deployment(environment=dict(sorted(there.items()))).form(new=True))


def test_further_keys_in_both_forms() -> None:
    extra = {"replicas": 2, "dedicated": True, "note": "text", "labels": {"b": [1], "a": None}}
    more = deployment(extra=extra)
    assert {key: more.body(new=True)[key] for key in extra} == extra
    assert {key: texts(more.form(new=True))[key] for key in extra} == {
        "replicas": "2",
        "dedicated": "true",
        "note": "text",
        "labels": '{"a": null, "b": [1]}',
    }
    assert extra.keys() <= more.form(new=False).keys() & more.body(new=False).keys()


def test_every_key_of_a_form_is_one_that_nobody_can_set_besides() -> None:
    sent = {*deployment().body(new=True), *deployment().body(new=False), *deployment().form(new=True), *deployment().form(new=False)}
    assert sent == FIELDS


@pytest.mark.parametrize("new", [True, False])
def test_which_form_can_carry_it(new: bool) -> None:
    whole, settings = deployment(), deployment(code=None, archive=None)
    assert [whole.can_travel("text", new=new), whole.can_travel("zip", new=new)] == [True, True]
    assert [settings.can_travel("text", new=new), settings.can_travel("zip", new=new)] == [False, not new]
    assert dataclasses.replace(settings, needs_code=True).can_travel("zip", new=new) is False


def test_nothing_of_the_code_or_the_variables_in_a_representation() -> None:
    shown = repr(deployment(environment={"A": "the-value"}, code=lambda: "the-code", extra={"a": "the-extra"}))
    assert not [word for word in ("the-value", "the-code", "the-extra") if word in shown]
