# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image for an OpenFaaS gateway, whose tag changes exactly when what it is made of does."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tempfile
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.build_context import handler_folder, lay_out, read_extra
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import (
    DirectoryContent,
    SourceFile,
    content_digest,
    read_directory,
    withheld_warnings,
)
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.programs import Finished, Runner
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import DiffEntry
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import same_image
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ImageBuildError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import MASK, Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import given_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.texts import texts

FAAS_CLI = "faas-cli"
BUILDERS = (FAAS_CLI, "docker", "podman", "buildah")

# How each tells whether it has an image; faas-cli keeps none of its own.
_LOOKS = {"docker": ("image", "inspect"), "podman": ("image", "exists"), "buildah": ("inspect", "--type", "image")}

_IMAGE = re.compile(r"[A-Za-z0-9][^\s@]*")
_TAG = re.compile(r":[^/]*$")
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_ARGUMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FINGERPRINT_LENGTH = 12
_LAST_LINES = 10


@dataclass(frozen=True)
class ImageOptions:
    """What the user asks for.

    :param image: name, perhaps with a tag, that the fingerprint is added to.
    :param runtime: name of a template, for faas-cli; empty if there is none.
    :param include: shell patterns of files below ``src`` that are taken although they are left out by default.
    :param build_secrets: paths of files, by the name that the build knows them by.
    :param copy_extra: paths below ``chdir`` that are copied beside the source.
    :param template_source: Git repository that faas-cli gets the template from where it has none; empty for its store.
    :param chdir: where the builder runs; ``None`` for the working directory of the module.
    :param deployed_image: the image that runs now; empty if that is not known.
    """

    src: Path
    image: str
    builder: str
    runtime: str = ""
    template: Path | None = None
    build_args: t.Mapping[str, str] = field(default_factory=dict, repr=False)
    build_options: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    build_secrets: t.Mapping[str, Path] = field(default_factory=dict)
    copy_extra: tuple[str, ...] = ()
    template_source: str = ""
    push: bool = True
    chdir: Path | None = None
    deployed_image: str = ""
    force: bool = False

    @property
    def base(self) -> Path:
        """Where relative paths count from."""
        return self.chdir or Path.cwd()

    @property
    def builds_in_place(self) -> bool:
        """Whether the folder with the source is itself what the builder gets, as its author's Dockerfile expects it."""
        own_dockerfile = self.runtime.lower() == "dockerfile" if self.builder == FAAS_CLI else self.template is None
        return own_dockerfile and not self.copy_extra


def image_options(params: t.Mapping[str, t.Any], build_args: t.Mapping[str, t.Any]) -> ImageOptions:
    """The options from the parameters of the module.

    :raises InputError: a value is of the wrong kind.
    """

    def path(option: str) -> Path | None:
        return Path(params[option]).absolute() if params[option] else None

    chdir = path("chdir")
    return ImageOptions(
        src=Path(given_name(params["src"], "src")).absolute(),
        image=given_name(params["image"], "image"),
        builder=params["builder"],
        runtime=(params["runtime"] or "").strip(),
        template=path("template"),
        build_args=texts("build_args", build_args) or {},
        build_options=tuple(params["build_options"] or ()),
        include=tuple(params["include"] or ()),
        build_secrets={name: (chdir or Path.cwd()) / file for name, file in (texts("build_secrets", params["build_secrets"]) or {}).items()},
        copy_extra=tuple(params["copy_extra"] or ()),
        template_source=(params["template_source"] or "").strip(),
        push=params["push"],
        chdir=chdir,
        deployed_image=(params["deployed_image"] or "").strip(),
        force=params["force"],
    )


def check_image_options(options: ImageOptions, runner: Runner) -> None:
    """Refuse what cannot be built, before anything runs.

    :raises InputError: one line that says what is wrong and what is needed.
    """
    _check_names(options)
    if not options.src.exists():
        raise InputError(f"src: {options.src} does not exist.")
    if not options.src.is_dir():
        raise InputError(f"src: {options.src} is not a directory. An image is built from a directory.")
    if not runner.has_program(options.builder):
        raise InputError(f"builder is {options.builder}, but there is no program of this name on the PATH of the machine that runs this module.")
    if options.chdir is not None and not options.chdir.is_dir():
        raise InputError(f"chdir: {options.chdir} is not a directory.")
    if options.builder == FAAS_CLI and not options.runtime:
        raise InputError("runtime is not set. faas-cli needs the name of a template, such as python3-http.")
    if options.template is not None and not options.template.is_dir():
        raise InputError(f"template: {options.template} is not a directory.")
    if options.template is not None and not (options.template / "Dockerfile").is_file():
        raise InputError(f"template: there is no Dockerfile in {options.template}.")
    if options.builder != FAAS_CLI and options.template is None and not (options.src / "Dockerfile").is_file():
        raise InputError(
            f"There is no Dockerfile in {options.src}. Give template, a folder such as template/python3-http that faas-cli template store pull gets."
        )


def _check_names(options: ImageOptions) -> None:
    if "@" in options.image:
        raise InputError(f"The image to build cannot be named by its digest: {options.image}")
    if not _IMAGE.fullmatch(options.image) or options.image.endswith((":", "/")):
        raise InputError(f"image: {options.image!r} is not the name of an image. Use for example ghcr.io/shop/hello:v2.")
    if re.search(r"\s", options.runtime):
        raise InputError(f"runtime: {options.runtime!r} is not the name of a template. Use for example python3-http.")
    for name in options.build_args:
        if not _ARGUMENT.fullmatch(name):
            raise InputError(f"build_args: {name!r} is not the name of an argument. Use letters, digits and underscores.")
    for name, file in options.build_secrets.items():
        if not _SECRET.fullmatch(name) or "," in str(file):
            raise InputError(f"build_secrets: {name!r} cannot be the name of a secret in {file}. Use letters, digits and ._- for the name, and no comma.")
        if not file.is_file():
            raise InputError(f"build_secrets: {name} is to be the content of {file}, which is not a file.")
    if "@" in options.template_source.partition("://")[2].partition("/")[0]:
        raise InputError("template_source must not hold a user or a password, which would be shown. Leave them to a credential helper of Git.")
    if options.build_options and options.builder != FAAS_CLI:
        raise InputError(f"build_options are the ones that a template offers to faas-cli, so {options.builder} has no use for them. Use build_args.")


def source_fingerprint(options: ImageOptions) -> str:
    """64 hexadecimal digits over everything the image is made of: contents, not times, modes or places.

    The role ``faas_function`` has made the same one since it builds images, which keeps what it built from being built again.
    What came later is added only where it is used.

    :raises InputError: a directory cannot be read, is empty or too large.
    """
    return _fingerprint(options, _contents(options))


def _contents(options: ImageOptions) -> list[DirectoryContent]:
    """The source, and the template if there is one."""
    return [read_directory(options.src, include=options.include), *([read_directory(options.template)] if options.template else [])]


def _fingerprint(options: ImageOptions, contents: t.Iterable[DirectoryContent]) -> str:
    parts = [options.runtime, *(_digest(content.files) for content in contents)]
    more: dict[str, t.Any] = {"build_args": dict(options.build_args), "build_options": list(options.build_options)}
    if options.copy_extra:
        more["copy_extra"] = _digest(read_extra(options.base, options.copy_extra))
    if options.builder == FAAS_CLI:
        more["template_source"] = options.template_source
    more = {name: value for name, value in more.items() if value}
    if more:
        parts.append(json.dumps(more, sort_keys=True))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _digest(files: t.Iterable[SourceFile]) -> str:
    return content_digest((file.path, file.content) for file in files)


def _warnings(options: ImageOptions, contents: t.Sequence[DirectoryContent]) -> list[str]:
    """What becomes of files that hold credentials."""
    source, *templates = contents
    warnings = [text for content in templates if options.builder != FAAS_CLI for text in withheld_warnings(options.template or "", content.withheld)]
    if not options.builds_in_place:
        return [*withheld_warnings(options.src, source.withheld), *warnings]
    if source.withheld:
        warnings.append(
            f"{options.src} holds files with credentials, which a COPY of the whole folder puts into the image: {', '.join(source.withheld[:8])}. "
            "List them in .dockerignore, or name in include what the image needs."
        )
    return warnings


def tagged(image: str, fingerprint: str) -> str:
    """The image's name with the beginning of the fingerprint in its tag."""
    return f"{image}{'-' if _TAG.search(image) else ':'}{fingerprint[:_FINGERPRINT_LENGTH]}"


@dataclass(frozen=True)
class BuildPlan:
    """What has to be done.

    :param image: full name, with the fingerprint.
    :param handler: folder of the template that takes the source.
    :param build: whether there is no such image yet.
    :param push: whether it is sent to its registry, which may have it.
    :param copies: whether a copy of the source is built, because something is left out of it or put beside it.
    """

    options: ImageOptions
    fingerprint: str
    image: str
    handler: str
    build: bool
    push: bool
    copies: bool = False
    warnings: tuple[str, ...] = ()

    def actions(self, *, done: bool) -> list[str]:
        """One sentence for each change. To push again what is here already is none."""
        words = ("built", "pushed") if done else ("build", "push")
        return [f"{word} {self.image}" for word in words[: 1 + self.push]] if self.build else []

    def diff(self) -> list[DiffEntry]:
        """The image that is deployed and the one that is built, as Ansible's diff."""
        before = f"image: {self.options.deployed_image}\n" if self.options.deployed_image else ""
        after = f"image: {self.image}\n"
        label = f"image {self.options.image}"
        return [{"before_header": label, "after_header": label, "before": before, "after": after}] if self.build and before != after else []


def plan_build(options: ImageOptions, runner: Runner) -> BuildPlan:
    """Compare what is wanted with what is there. Only reads, so check mode does it too.

    :raises InputError: it cannot be built.
    """
    check_image_options(options, runner)
    handler = handler_folder(options.template) if options.template is not None and options.builder != FAAS_CLI else ""
    contents = _contents(options)
    fingerprint = _fingerprint(options, contents)
    image = tagged(options.image, fingerprint)
    if options.force:
        build, push = True, options.push
    elif options.deployed_image and same_image(image, options.deployed_image):
        build, push = False, False
    else:
        build = not _is_here(options, image, runner)
        # Whether the registry has it too is something that only a push can tell.
        push = options.push
    copies = bool(options.template) if options.builder != FAAS_CLI else False
    copies = copies or bool(options.copy_extra) or (bool(contents[0].withheld) and not options.builds_in_place)
    return BuildPlan(options, fingerprint, image, handler, build, push, copies, tuple(_warnings(options, contents)))


def _is_here(options: ImageOptions, image: str, runner: Runner) -> bool:
    look = _LOOKS.get(options.builder)
    return look is not None and runner.run_program([options.builder, *look, image], options.chdir).code == 0


def stack_file(plan: BuildPlan, source: Path) -> dict[str, t.Any]:
    """A ``stack.yml`` with nothing but the function to build."""
    options = plan.options
    function: dict[str, t.Any] = {"lang": options.runtime, "handler": str(source), "image": plan.image}
    if options.build_args:
        function["build_args"] = dict(options.build_args)
    if options.build_options:
        function["build_options"] = list(options.build_options)
    if options.build_secrets:
        function["build_secrets"] = {name: str(file) for name, file in options.build_secrets.items()}
    # faas-cli builds in a folder of this name.
    name = _TAG.sub("", options.image).rpartition("/")[2]
    stack: dict[str, t.Any] = {"version": "1.0", "provider": {"name": "openfaas"}, "functions": {name: function}}
    if options.template_source:
        stack["configuration"] = {"templates": [{"name": options.runtime, "source": options.template_source}]}
    return stack


def build_command(plan: BuildPlan, workshop: Path) -> list[str]:
    """What builds the image, out of the workshop or out of the source itself."""
    options = plan.options
    if options.builder == FAAS_CLI:
        # Variables are in the values already, and a dollar sign in one of them is a dollar sign.
        return [FAAS_CLI, "publish" if plan.push else "build", "--envsubst=false", "--yaml", str(workshop / "stack.yml")]
    arguments = [part for name, value in options.build_args.items() for part in ("--build-arg", f"{name}={value}")]
    arguments += [part for name, file in options.build_secrets.items() for part in ("--secret", f"id={name},src={file}")]
    return [options.builder, "build", "--tag", plan.image, *arguments, str(workshop / "context" if plan.copies else options.src)]


class ImageBuild:
    """One run of a plan. What it has done so far can be told after a failure too."""

    def __init__(self, plan: BuildPlan, runner: Runner) -> None:
        self.plan = plan
        self.built = False
        self.pushed = False
        self.log: list[str] = []
        self._runner = runner
        self._redact = Redactor(plan.options.build_args.values())

    def run(self, parent: Path) -> None:
        """Build and push.

        :param parent: folder for temporary files.
        :raises ImageBuildError: the builder failed.
        :raises InputError: it cannot be started, or the files cannot be put together.
        """
        if self.plan.build:
            self._build(parent)
        if self.plan.push and not self.pushed:
            self._push()

    def _build(self, parent: Path) -> None:
        plan, options = self.plan, self.plan.options
        # Readable by its owner alone: the values of arguments are in it.
        with tempfile.TemporaryDirectory(prefix="faas-build-", dir=parent) as name:
            workshop = Path(name)
            context = workshop / "context"
            if plan.copies:
                template = None if options.builder == FAAS_CLI else options.template
                lay_out(context, template, options.src, plan.handler, include=options.include, base=options.base, copy_extra=options.copy_extra)
            if options.builder == FAAS_CLI:
                # JSON is YAML.
                stack = stack_file(plan, context if plan.copies else options.src)
                (workshop / "stack.yml").write_text(json.dumps(stack, ensure_ascii=False, indent=2), encoding="utf-8")
            finished = self._runner.run_program(build_command(plan, workshop), options.chdir)
        self._take(finished, f"could not build {plan.image}")
        self.built = True
        self.pushed = options.builder == FAAS_CLI and plan.push

    def _push(self) -> None:
        plan = self.plan
        finished = self._runner.run_program([plan.options.builder, "push", plan.image], plan.options.chdir)
        self._take(finished, f"{'built' if self.built else 'has'} {plan.image}, but could not push it")
        self.pushed = True

    def _take(self, finished: Finished, failure: str) -> None:
        self.log = [self._masked(line) for line in finished.output if line.strip()][-_LAST_LINES:]
        if finished.code != 0:
            raise ImageBuildError(
                f"{self.plan.options.builder} {failure} (exit code {finished.code}). Nothing was deployed.",
                details=["Last lines of its log:", *(f"  {line}" for line in self.log)] if self.log else (),
            )

    def _masked(self, line: str) -> str:
        # Builders repeat their command line. There even a value is masked that is too short to be masked everywhere.
        for name, value in self.plan.options.build_args.items():
            if value:
                line = line.replace(f"{name}={value}", f"{name}={MASK}")
        return self._redact(line)

    def result(self, *, check_mode: bool) -> dict[str, t.Any]:
        """What the module returns: what was done, or in check mode would be."""
        plan = self.plan
        built, pushed = (plan.build, plan.push) if check_mode else (self.built, self.pushed)
        done = dataclasses.replace(plan, build=built, push=pushed)
        return {
            "changed": built,
            "image": plan.image,
            "fingerprint": plan.fingerprint,
            "built": built,
            "pushed": pushed,
            "actions": done.actions(done=not check_mode),
            "diff": done.diff(),
            "log": self.log,
        }
