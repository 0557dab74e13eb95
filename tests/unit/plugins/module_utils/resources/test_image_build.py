# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import tempfile
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.programs import Finished
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ImageBuildError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.image_build import (
    BUILDERS,
    ImageBuild,
    ImageOptions,
    plan_build,
    source_fingerprint,
    tagged,
)
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write
from hypothesis import given
from hypothesis import strategies as st

LOOKS = {"docker": ["docker", "image", "inspect"], "podman": ["podman", "image", "exists"], "buildah": ["buildah", "inspect", "--type", "image"]}
WITH_LOCAL_IMAGES = tuple(LOOKS)


class FakeRunner:
    """Builders that remember what they were asked, and what was in the folder when they were.

    :param here: whether they have the image.
    :param failing: the subcommand that fails.
    """

    def __init__(self, *, here: bool = False, failing: str = "", programs: t.Collection[str] = BUILDERS, output: tuple[str, ...] = ()) -> None:
        self.commands: list[list[str]] = []
        self.folders: list[pathlib.Path | None] = []
        self.context: list[str] = []
        self.stack: t.Any = None
        self.handler: list[str] = []
        self.workshop: pathlib.Path | None = None
        self.workshop_mode = 0
        self._here, self._failing, self._programs, self._output = here, failing, programs, output

    def has_program(self, name: str) -> bool:
        return name in self._programs

    def run_program(self, command: t.Sequence[str], folder: pathlib.Path | None) -> Finished:
        self.commands.append(list(command))
        self.folders.append(folder)
        if list(command[:-1]) in LOOKS.values():
            return Finished(0 if self._here else 1, ("not for the log",))
        last = pathlib.Path(command[-1])
        if command[1] != "push":
            self.workshop = last.parent
            self.workshop_mode = last.parent.stat().st_mode & 0o777
            self.stack = json.loads(last.read_text(encoding="utf-8")) if last.is_file() else None
            if self.stack:
                handler = pathlib.Path(next(iter(self.stack["functions"].values()))["handler"])
                self.handler = sorted(str(path.relative_to(handler)) for path in handler.rglob("*") if path.is_file())
            self.context = sorted(str(path.relative_to(last)) for path in last.rglob("*") if path.is_file())
        return Finished(3 if command[1] == self._failing else 0, self._output)

    @property
    def writes(self) -> list[list[str]]:
        return [command for command in self.commands if command[:-1] not in LOOKS.values()]


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    return write(tmp_path / "src", {"Dockerfile": "FROM scratch\n", "handler.py": "A = 1\n"})


@pytest.fixture
def template(tmp_path: pathlib.Path) -> pathlib.Path:
    return write(tmp_path / "template", {"Dockerfile": "FROM python\n", "index.py": "", "template.yml": "handler_folder: app\n"})


@pytest.fixture
def parent(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the build puts its temporary files."""
    folder = tmp_path / "parent"
    folder.mkdir()
    return folder


def options(source: pathlib.Path, **more: t.Any) -> ImageOptions:
    defaults: dict[str, t.Any] = {"image": "shop/hello:v2", "builder": "docker"}
    return ImageOptions(src=source, **{**defaults, **more})


def build(wanted: ImageOptions, runner: FakeRunner, parent: pathlib.Path) -> dict[str, t.Any]:
    run = ImageBuild(plan_build(wanted, runner), runner)
    run.run(parent)
    assert list(parent.iterdir()) == []
    return run.result(check_mode=False)


@pytest.mark.parametrize("builder", WITH_LOCAL_IMAGES)
def test_the_sources_own_dockerfile(source: pathlib.Path, parent: pathlib.Path, builder: str) -> None:
    runner = FakeRunner(output=("Step 1", "", "done"))

    result = build(options(source, builder=builder, build_args={"B": "$HOME", "A": "x y"}, chdir=parent), runner, parent)

    image = result["image"]
    assert runner.commands == [
        [*LOOKS[builder], image],
        [builder, "build", "--tag", image, "--build-arg", "B=$HOME", "--build-arg", "A=x y", str(source)],
        [builder, "push", image],
    ]
    assert runner.folders == [parent] * 3
    assert (result["changed"], result["built"], result["pushed"]) == (True, True, True)
    assert result["actions"] == [f"built {image}", f"pushed {image}"] and result["log"] == ["Step 1", "done"]
    assert [(entry["before"], entry["after"]) for entry in result["diff"]] == [("", f"image: {image}\n")]


@pytest.mark.parametrize("builder", WITH_LOCAL_IMAGES)
def test_the_source_in_a_template(source: pathlib.Path, template: pathlib.Path, parent: pathlib.Path, builder: str) -> None:
    runner = FakeRunner()

    build(options(source, builder=builder, template=template, push=False), runner, parent)

    (command,) = runner.writes
    assert command[-1].endswith("/context") and command[-1].startswith(str(parent))
    assert runner.context == ["Dockerfile", "app/Dockerfile", "app/handler.py", "index.py", "template.yml"] and runner.workshop_mode == 0o700


@pytest.mark.parametrize(("push", "subcommand"), [(True, "publish"), (False, "build")])
def test_faas_cli(source: pathlib.Path, parent: pathlib.Path, push: bool, subcommand: str) -> None:
    runner = FakeRunner()
    wanted = options(source, image="ghcr.io:443/shop/hello:v2", builder="faas-cli", runtime="python3-http", push=push)

    result = build(dataclasses.replace(wanted, build_args={"A": "ü$"}, build_options=("dev",)), runner, parent)

    (command,) = runner.commands
    assert command[:4] == ["faas-cli", subcommand, "--envsubst=false", "--yaml"] and runner.workshop_mode == 0o700
    function = {"lang": "python3-http", "handler": str(source), "image": result["image"], "build_args": {"A": "ü$"}, "build_options": ["dev"]}
    assert runner.stack == {"version": "1.0", "provider": {"name": "openfaas"}, "functions": {"hello": function}}
    assert (result["built"], result["pushed"], len(result["actions"])) == (True, push, 1 + push)


def test_what_faas_cli_is_not_told(source: pathlib.Path, parent: pathlib.Path) -> None:
    """The file is the one that the role has always written, when there is nothing new to say."""
    runner = FakeRunner()

    result = build(options(source, image="hello", builder="faas-cli", runtime="go"), runner, parent)

    assert runner.stack["functions"] == {"hello": {"lang": "go", "handler": str(source), "image": result["image"]}}


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("prefix", ["", "docker.io/"])
def test_what_is_deployed_is_not_built(source: pathlib.Path, parent: pathlib.Path, builder: str, prefix: str) -> None:
    runner = FakeRunner()
    wanted = options(source, builder=builder, runtime="go")
    deployed = prefix + tagged(wanted.image, source_fingerprint(wanted))

    result = build(dataclasses.replace(wanted, deployed_image=deployed), runner, parent)

    assert runner.commands == []
    assert (result["changed"], result["built"], result["pushed"], result["actions"], result["diff"]) == (False, False, False, [], [])


def test_another_deployed_image_is_the_side_before(source: pathlib.Path, parent: pathlib.Path) -> None:
    result = build(options(source, deployed_image="shop/hello:v1"), FakeRunner(), parent)

    assert [(entry["before"], entry["after"]) for entry in result["diff"]] == [("image: shop/hello:v1\n", f"image: {result['image']}\n")]


@pytest.mark.parametrize("builder", WITH_LOCAL_IMAGES)
@pytest.mark.parametrize("push", [True, False])
def test_what_the_builder_has_is_only_pushed(source: pathlib.Path, parent: pathlib.Path, builder: str, push: bool) -> None:
    runner = FakeRunner(here=True)

    result = build(options(source, builder=builder, push=push), runner, parent)

    assert runner.writes == ([[builder, "push", result["image"]]] if push else [])
    assert (result["changed"], result["built"], result["pushed"], result["actions"], result["diff"]) == (False, False, push, [], [])


@pytest.mark.parametrize("builder", BUILDERS)
def test_force(source: pathlib.Path, parent: pathlib.Path, builder: str) -> None:
    runner = FakeRunner(here=True)
    wanted = options(source, builder=builder, runtime="go", force=True)
    image = tagged(wanted.image, source_fingerprint(wanted))

    result = build(dataclasses.replace(wanted, deployed_image=image), runner, parent)

    assert (result["image"], result["built"], result["pushed"], result["diff"]) == (image, True, True, [])
    assert result["actions"] == [f"built {image}", f"pushed {image}"]


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("here", [True, False])
def test_check_mode_predicts_and_only_asks(source: pathlib.Path, parent: pathlib.Path, builder: str, here: bool) -> None:
    wanted, asked = options(source, builder=builder, runtime="go"), FakeRunner(here=here)

    predicted = ImageBuild(plan_build(wanted, asked), asked).result(check_mode=True)
    assert asked.writes == []

    done = build(wanted, FakeRunner(here=here), parent)
    assert [action.replace("build ", "built ").replace("push ", "pushed ") for action in predicted["actions"]] == done["actions"]
    assert {**predicted, "actions": [], "log": []} == {**done, "actions": [], "log": []}


@pytest.mark.parametrize(
    ("failing", "here", "said", "built"),
    [
        ("build", False, "could not build {}", False),
        ("push", False, "built {}, but could not push it", True),
        ("push", True, "has {}, but could not push it", False),
    ],
)
def test_a_builder_that_fails(
    source: pathlib.Path, template: pathlib.Path, parent: pathlib.Path, failing: str, here: bool, said: str, built: bool
) -> None:
    runner = FakeRunner(here=here, failing=failing, output=tuple(f"line {number}" for number in range(12)))
    run = ImageBuild(plan_build(options(source, template=template), runner), runner)

    with pytest.raises(ImageBuildError) as failure:
        run.run(parent)

    image = run.plan.image
    assert failure.value.message == f"docker {said.format(image)} (exit code 3). Nothing was deployed."
    assert failure.value.details == ["Last lines of its log:", *(f"  line {number}" for number in range(2, 12))]
    result = run.result(check_mode=False)
    assert (result["changed"], result["built"], result["pushed"]) == (built, built, False)
    assert result["actions"] == ([f"built {image}"] if built else []) and bool(result["diff"]) == built
    assert list(parent.iterdir()) == []


def test_a_builder_that_fails_without_a_word(source: pathlib.Path, parent: pathlib.Path) -> None:
    runner = FakeRunner(failing="publish")

    with pytest.raises(ImageBuildError) as failure:
        ImageBuild(plan_build(options(source, builder="faas-cli", runtime="go"), runner), runner).run(parent)

    assert failure.value.message.startswith("faas-cli could not build shop/hello:v2-") and failure.value.details == []
    assert list(parent.iterdir()) == []


def test_values_of_arguments_are_masked(source: pathlib.Path, parent: pathlib.Path) -> None:
    output = ("docker build --build-arg TOKEN=s3cr3t-value --build-arg V=3 .", "got s3cr3t-value, 3 times")
    runner = FakeRunner(output=output)

    result = build(options(source, image="shop/v:3", build_args={"TOKEN": "s3cr3t-value", "V": "3", "EMPTY": ""}), runner, parent)

    assert result["log"] == ["docker build --build-arg TOKEN=******** --build-arg V=******** .", "got ********, 3 times"]
    assert result["image"].startswith("shop/v:3-") and "s3cr3t" not in repr(options(source, build_args={"TOKEN": "s3cr3t-value"}))


def project(source: pathlib.Path) -> pathlib.Path:
    """The folder above the source, with what a stack.yml names beside it."""
    return write(source.parent, {"common/a.py": "A = 1\n", "common/deep/b.txt": "b", "models.txt": "m", "pip.conf": "CANARY", "common/.npmrc": "CANARY"})


COPIED = ["common/a.py", "common/deep/b.txt", "models.txt"]


@pytest.mark.parametrize("builder", WITH_LOCAL_IMAGES)
def test_what_is_copied_beside_the_source(source: pathlib.Path, template: pathlib.Path, parent: pathlib.Path, builder: str) -> None:
    more: dict[str, t.Any] = {"builder": builder, "chdir": project(source), "copy_extra": ("./common/", "models.txt"), "push": False}

    runner = FakeRunner()
    build(options(source, template=template, **more), runner, parent)
    assert runner.context == sorted(["Dockerfile", "app/Dockerfile", "app/handler.py", "index.py", "template.yml", *(f"app/{name}" for name in COPIED)])

    runner = FakeRunner()
    build(options(source, **more), runner, parent)
    assert runner.context == sorted(["Dockerfile", "handler.py", *COPIED])


def test_what_faas_cli_gets_is_a_copy_where_something_is_left_out_or_put_in(source: pathlib.Path, parent: pathlib.Path) -> None:
    runner = FakeRunner()
    more: dict[str, t.Any] = {"builder": "faas-cli", "runtime": "python3-http", "chdir": project(source)}

    build(options(source, copy_extra=("common",), **more), runner, parent)
    assert runner.handler == ["Dockerfile", "common/a.py", "common/deep/b.txt", "handler.py"]

    write(source, {".npmrc": "CANARY"})
    plan = plan_build(options(source, **more), runner)
    assert len(plan.warnings) == 1 and ".npmrc" in plan.warnings[0] and "CANARY" not in plan.warnings[0]
    build(options(source, **more), runner, parent)
    assert runner.handler == ["Dockerfile", "handler.py"]
    build(options(source, include=(".npmrc",), **more), runner, parent)
    assert runner.stack["functions"]["hello"]["handler"] == str(source)


@pytest.mark.parametrize(("builder", "runtime"), [("docker", ""), ("faas-cli", "dockerfile")])
def test_a_dockerfile_of_its_own_is_built_where_it_is(source: pathlib.Path, parent: pathlib.Path, builder: str, runtime: str) -> None:
    write(source, {".npmrc": "CANARY", "node_modules/a.js": ""})
    runner, wanted = FakeRunner(), options(source, builder=builder, runtime=runtime)

    build(wanted, runner, parent)

    place = runner.stack["functions"]["hello"]["handler"] if runner.stack else runner.writes[0][-1]
    assert place == str(source)
    (warning,) = plan_build(wanted, runner).warnings
    assert "COPY of the whole folder puts into the image: .npmrc." in warning and "CANARY" not in warning


def test_secrets_of_the_build_are_files_and_templates_have_a_source(source: pathlib.Path, parent: pathlib.Path) -> None:
    secret = project(source) / "pip.conf"
    runner = FakeRunner()
    build(options(source, build_secrets={"pip": secret}, push=False), runner, parent)
    assert runner.writes[0][4:6] == ["--secret", f"id=pip,src={secret}"]

    wanted = options(source, builder="faas-cli", runtime="go-x", template_source="https://git.example.com/t#1.2", build_secrets={"pip": secret})
    build(wanted, runner, parent)
    assert runner.stack["configuration"] == {"templates": [{"name": "go-x", "source": "https://git.example.com/t#1.2"}]}
    assert runner.stack["functions"]["hello"]["build_secrets"] == {"pip": str(secret)}
    before = source_fingerprint(wanted)
    assert source_fingerprint(dataclasses.replace(wanted, template_source="https://git.example.com/t#1.3")) != before
    secret.write_text("other")
    assert source_fingerprint(wanted) == before


def test_what_is_copied_counts(source: pathlib.Path) -> None:
    folder = project(source)
    wanted = options(source, chdir=folder, copy_extra=("common",))
    seen = {source_fingerprint(options(source)), source_fingerprint(wanted)}
    (folder / "common/a.py").write_text("A = 2\n")
    seen.add(source_fingerprint(wanted))
    seen.add(source_fingerprint(dataclasses.replace(wanted, copy_extra=("common", "models.txt"))))
    assert len(seen) == 4
    (folder / "models.txt").write_text("not copied")
    assert source_fingerprint(wanted) in seen


PROBLEMS: list[tuple[dict[str, t.Any], str]] = [
    ({"src": "nowhere"}, "src: {}/nowhere does not exist."),
    ({"src": "src/handler.py"}, "src: {}/src/handler.py is not a directory. An image is built from a directory."),
    ({"src": "plain"}, "There is no Dockerfile in {}/plain. Give template, a folder such as template/python3-http that faas-cli template store pull gets."),
    ({"template": "nowhere"}, "template: {}/nowhere is not a directory."),
    ({"template": "plain"}, "template: there is no Dockerfile in {}/plain."),
    ({"chdir": "nowhere"}, "chdir: {}/nowhere is not a directory."),
    ({"builder": "faas-cli"}, "runtime is not set. faas-cli needs the name of a template, such as python3-http."),
    ({"copy_extra": ("../src",)}, "copy_extra: ../src is not below {}/src."),
    ({"copy_extra": (".",)}, "copy_extra: . is not below {}/src."),
    ({"copy_extra": ("/etc",)}, "copy_extra: /etc is not below {}/src."),
    ({"copy_extra": ("gone",)}, "copy_extra: {}/src/gone cannot be read: No such file or directory."),
    ({"build_secrets": {"a": pathlib.Path("/nowhere")}}, "build_secrets: a is to be the content of /nowhere, which is not a file."),
    (
        {"build_secrets": {"a,b": pathlib.Path("/nowhere")}},
        "build_secrets: 'a,b' cannot be the name of a secret in /nowhere. Use letters, digits and ._- for the name, and no comma.",
    ),
    (
        {"template_source": "https://u:p@git.example.com/t"},
        "template_source must not hold a user or a password, which would be shown. Leave them to a credential helper of Git.",
    ),
    ({"builder": "buildah"}, "builder is buildah, but there is no program of this name on the PATH of the machine that runs this module."),
    ({"image": "shop/hello@sha256:00"}, "The image to build cannot be named by its digest: shop/hello@sha256:00"),
    ({"image": "--privileged"}, "image: '--privileged' is not the name of an image. Use for example ghcr.io/shop/hello:v2."),
    ({"image": "shop/hello:"}, "image: 'shop/hello:' is not the name of an image. Use for example ghcr.io/shop/hello:v2."),
    ({"image": "shop/my hello"}, "image: 'shop/my hello' is not the name of an image. Use for example ghcr.io/shop/hello:v2."),
    ({"runtime": "a b"}, "runtime: 'a b' is not the name of a template. Use for example python3-http."),
    ({"build_args": {"A=B": "x"}}, "build_args: 'A=B' is not the name of an argument. Use letters, digits and underscores."),
    (
        {"build_options": ("dev",)},
        "build_options are the ones that a template offers to faas-cli, so docker has no use for them. Use build_args.",
    ),
]


@pytest.mark.parametrize(("more", "message"), PROBLEMS)
def test_what_cannot_be_built_gets_one_line(source: pathlib.Path, tmp_path: pathlib.Path, more: dict[str, t.Any], message: str) -> None:
    write(tmp_path / "plain", {"handler.py": ""})
    runner = FakeRunner(programs=("docker", "faas-cli"))
    places = {name: tmp_path / value for name, value in more.items() if name in ("src", "template", "chdir")}

    with pytest.raises(InputError) as refused:
        plan_build(dataclasses.replace(options(source, chdir=source), **{**more, **places}), runner)

    assert refused.value.text == message.format(tmp_path) and runner.commands == []


# The fingerprint.

FILES = st.dictionaries(st.sampled_from(("Dockerfile", "a.py", "b/c.py", "b/d.txt")), st.text(max_size=20), min_size=1)
CHANGES = ("content", "name", "more", "runtime", "template", "no template", "build_args", "build_options")


@given(files=FILES, change=st.sampled_from(CHANGES), data=st.data())
def test_any_change_makes_another_image(files: dict[str, str], change: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        src, layout = write(pathlib.Path(name) / "src", files), write(pathlib.Path(name) / "template", {"Dockerfile": "FROM scratch\n"})
        wanted = options(src, runtime="go", template=layout, build_args={"A": "1"}, build_options=("dev",), builder="faas-cli")
        before = tagged(wanted.image, source_fingerprint(wanted))
        file = src / data.draw(st.sampled_from(sorted(files)))
        if change == "content":
            file.write_text(file.read_text() + "x")
        elif change == "name":
            file.rename(file.with_name("renamed"))
        elif change == "more":
            (src / "more").write_text("")
        elif change == "template":
            (layout / "index.py").write_text("")
        else:
            other = data.draw(st.text(max_size=5).filter(lambda text: text != "1"))
            more: dict[str, dict[str, t.Any]] = {
                "runtime": {"runtime": "go2"},
                "no template": {"template": None},
                "build_args": {"build_args": {"A": other}},
                "build_options": {"build_options": ("dev", other)},
            }
            wanted = dataclasses.replace(wanted, **more[change])

        assert tagged(wanted.image, source_fingerprint(wanted)) != before


@given(files=FILES, seconds=st.integers(min_value=0, max_value=2**31), builder=st.sampled_from(BUILDERS))
def test_times_modes_and_places_make_no_difference(files: dict[str, str], seconds: int, builder: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        src = write(pathlib.Path(name) / "src", files)
        before = source_fingerprint(options(src))
        for file in (path for path in src.rglob("*") if path.is_file()):
            file.chmod(0o600)
            os.utime(file, (seconds, seconds))
        copy = src.rename(pathlib.Path(name) / "moved")

        assert source_fingerprint(options(copy, builder=builder, image="other", push=False, force=True)) == before


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("shop/hello:v2", "shop/hello:v2-3f1c09a7d2be"),
        ("shop/hello", "shop/hello:3f1c09a7d2be"),
        ("registry.example.com:5000/shop/hello", "registry.example.com:5000/shop/hello:3f1c09a7d2be"),
        ("localhost:5000/hello:1", "localhost:5000/hello:1-3f1c09a7d2be"),
    ],
)
def test_the_tag(image: str, wanted: str) -> None:
    assert tagged(image, "3f1c09a7d2be" + "0" * 52) == wanted
