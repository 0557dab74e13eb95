# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images for a gateway, built by stand-ins for the tools that build, from playbooks as a user writes them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from builders import Builders
from controller import Controller, Play
from samples import HELLO

SMALL = {"src": "src", "image": "shop/hello:v2", "builder": "podman"}


@pytest.fixture
def builders(controller: Controller) -> Builders:
    controller.file("src/Dockerfile", "FROM scratch\n")
    controller.file("src/handler.py", HELLO)
    return Builders(controller)


def build(user: Controller, *arguments: str, **options: Any) -> Play:
    return user.tasks([{"name": "build", "e2enetworks.cloud.e2e_faas_image": {**SMALL, **options}}], *arguments)


def test_a_source_is_built_once_for_each_content(controller: Controller, builders: Builders) -> None:
    predicted = build(controller, "--check", "--diff").succeeded().task("build").result
    assert predicted["changed"] and builders.calls() == []

    built = build(controller, "--diff").succeeded().task("build").result
    image = built["image"]
    assert [call.arguments for call in builders.calls()] == [["build", "--tag", image, str(controller.folder / "src")], ["push", image]]
    assert (built["image"], built["diff"], built["built"]) == (predicted["image"], predicted["diff"], True)

    again = build(controller).succeeded()
    assert again.changes == [] and [call.arguments[0] for call in builders.calls()] == ["push"]
    deployed = build(controller, deployed_image=f"docker.io/{image}").succeeded()
    assert deployed.changes == [] and builders.calls() == []

    controller.file("src/handler.py", HELLO + "# changed\n")
    assert build(controller, deployed_image=image).succeeded().task("build").result["image"] != image
    assert [call.arguments[0] for call in builders.calls()] == ["build", "push"]


def test_a_template(controller: Controller, builders: Builders) -> None:
    controller.file("template/python3-http/Dockerfile", "FROM scratch\n")
    controller.file("template/python3-http/template.yml", "language: python3-http\nfprocess: python index.py\n")
    controller.file("src/__pycache__/handler.pyc", "")

    build(controller, builder="docker", template="template/python3-http", build_args={"VERSION": 3}).succeeded()

    first, push = builders.calls()
    assert first.files == ["Dockerfile", "function/Dockerfile", "function/handler.py", "template.yml"] and push.arguments[0] == "push"
    assert first.arguments[3:5] == ["--build-arg", "VERSION=3"]
    assert list((controller.folder / "home").rglob("faas-build-*")) == []


def test_faas_cli(controller: Controller, builders: Builders) -> None:
    (controller.folder / "shop").mkdir()

    built = build(controller, builder="faas-cli", runtime="python3-http", chdir="shop").succeeded().task("build").result

    (call,) = builders.calls()
    assert call.arguments[0] == "publish" and call.folder == str(controller.folder / "shop")
    function = {"lang": "python3-http", "handler": str(controller.folder / "src"), "image": built["image"]}
    assert yaml.safe_load(call.stack) == {"version": "1.0", "provider": {"name": "openfaas"}, "functions": {"hello": function}}


def test_a_failure_says_what_the_builder_said(controller: Controller, builders: Builders) -> None:
    controller.environ["FAIL"] = "build"

    task = build(controller, builder="buildah", build_args={"TOKEN": "v3ry-secret"}).failed()

    result = task.task("build").result
    first, *details = result["msg"].splitlines()
    assert first == f"buildah could not build {result['image']} (exit code 1). Nothing was deployed."
    assert details == ["Last lines of its log:", "  first line", "  no space left"]
    assert not result["changed"] and "v3ry-secret" not in task.output + str(result)
    assert [call.tool for call in builders.calls()] == ["buildah"]


def test_the_same_fingerprint_as_the_filter(controller: Controller, builders: Builders) -> None:
    """What is documented for the filter is the recipe of the fingerprint: a runtime, and the digests of the folders."""
    controller.file("template/Dockerfile", "FROM scratch\n")
    recipe = "['go', 'src' | e2enetworks.cloud.faas_source_digest, 'template' | e2enetworks.cloud.faas_source_digest] | join(' ') | hash('sha256')"
    tasks = [
        {"name": "build", "e2enetworks.cloud.e2e_faas_image": {**SMALL, "runtime": "go", "template": "template"}, "check_mode": True},
        {"name": "recipe", "ansible.builtin.debug": {"msg": "{{ " + recipe + " }}"}},
    ]

    play = controller.tasks(tasks).succeeded()

    assert play.task("build").result["fingerprint"] == play.task("recipe").result["msg"]


def test_defaults_of_the_group_do_no_harm(controller: Controller, builders: Builders) -> None:
    tasks = [{"name": "build", "e2enetworks.cloud.e2e_faas_image": {**SMALL, "push": False}}]
    defaults = {"group/e2enetworks.cloud.gateway": {"gateway_url": "https://gateway.example.com", "gateway_password": "a long password"}}

    play = controller.tasks(tasks, module_defaults=defaults).succeeded()

    assert play.changes == ["build"] and [call.arguments[0] for call in builders.calls()] == ["build"]


def test_a_missing_builder_gets_one_line(controller: Controller, builders: Builders) -> None:
    builders.program("buildah").unlink()

    result = controller.module("e2e_faas_image", **{**SMALL, "builder": "buildah"}, check_mode=True)

    assert result["msg"] == "builder is buildah, but there is no program of this name on the PATH of the machine that runs this module."
    assert builders.calls() == []
