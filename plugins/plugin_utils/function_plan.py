# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role faas_function has to do, from its variables: which options its modules get, and which of its tasks run.

Only files are looked for and read. What cannot be done is a ``problem`` in the plan, and not an exception, so that the role can tell first that
the result of an earlier run no longer holds.
"""

from __future__ import annotations

import os
import typing as t
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.described_stack import described_stack

Options = dict[str, t.Any]

_PATHS = ("src", "stack", "template", "chdir")
_BUILD_LISTS = ("build_args", "build_options", "build_secrets", "copy_extra", "template_source")
# What a stack's loop carries from one task to the next. The variables of its functions are not in it, the module reads the file itself.
_OF_ONE = ("name", "image", "handler", "lang", "skip_build", *_BUILD_LISTS)
# Options of the module that have the value of the variable of the same name.
_SAME = (
    "provider", "state", "upload", "check_entry_point", "hardware", "requirements", "timeout", "image", "pull", "env", "secret_env", "secrets",
    "labels", "annotations", "limits", "requests", "replicas", "constraints", "read_only_root_filesystem", "env_process", "allow_replace",
    "when_unknown", "smoke_test", "wait_timeout",
)


@dataclass(frozen=True)
class Places:
    """Where relative paths are looked for: in each role's ``files`` and in the role itself, and last in the playbook's directory.

    :param roles: directories of the roles that use this one, the innermost first.
    """

    roles: t.Sequence[str]
    playbook: str

    def find(self, path: str) -> str:
        """The absolute path; the one beside the playbook when there is nothing anywhere."""
        wanted = os.path.expandvars(os.path.expanduser(path))
        folders = [folder for role in self.roles for folder in (os.path.join(role, "files"), role)]
        candidates = [os.path.normpath(os.path.join(folder, wanted)) for folder in [*folders, self.playbook]]
        return next((candidate for candidate in candidates if os.path.exists(candidate)), candidates[-1])


def function_plan(
    variables: t.Mapping[str, t.Any],
    omit: t.Any,
    places: Places,
    *,
    function: t.Mapping[str, t.Any] | None = None,
    built: str = "",
    deployment: t.Mapping[str, t.Any] | None = None,
) -> Options:
    """The plan for the functions that the variables describe, or for one of a stack's.

    :param variables: the role's, without their prefix.
    :param omit: Ansible's mark for what is left out.
    :param function: one of the ``functions`` of the plan for the whole stack.
    :param built: name of the image that was built for the function.
    :param deployment: what e2e_faas_function returned.
    """
    given = {name: value for name, value in variables.items() if not (value is None or value == "" or value == omit)}
    found = {name: places.find(str(value)) if name in _PATHS else value for name, value in given.items()}
    name = (function or given).get("name", "")
    base = found.get("chdir") or (os.path.dirname(found["stack"]) if "stack" in found else places.playbook)
    results = {"result": deployment_result(deployment or {}, name), "nothing": deployment_result({}, name)}
    plan: Options = {"base": base, "namespace": found.get("namespace"), "functions": [], "options": {}, "build": {}, "problem": "", **results}
    # The name of a whole stack is a pattern.
    plan["unpublished"] = {name: plan["nothing"]} if name and (function or "stack" not in given) else {}
    try:
        settings = _settings(found)
        if "stack" in settings and not function:
            return {**plan, "functions": _functions(settings, base), "label": settings["stack"], "tasks": {"main": "stack"}}
        one = function or {"name": name, "image": settings.get("image", ""), "handler": settings.get("src", "")}
        kind = "image" if _is_built(settings, one) else "function"
        way = "in_namespace" if "namespace" in settings else kind
        plan["options"] = _options(settings, one, kind, base, built)
        plan["build"] = _build(settings, one, base) if kind == "image" else {}
        label = name or os.path.basename(one.get("handler") or "")
        return {**plan, "label": label, "tasks": {"main": way, "stack": way, "in_namespace": kind}}
    except E2EError as error:
        return {**plan, "label": name, "problem": error.message, "tasks": {"main": "refused"}}


def deployment_result(deployment: t.Mapping[str, t.Any], name: str) -> Options:
    """What the role publishes of a result of e2e_faas_function, also of one that failed.

    :param name: the function's, for a result that does not tell it.
    """
    function = deployment.get("function") or {}
    flags = {flag: deployment.get(flag, False) for flag in ("changed", "rolled_back")}
    return {"name": function.get("name", name), **{key: function.get(key) for key in ("url", "status", "digest")}, **flags}


def _settings(found: Options) -> Options:
    """The given variables as the provider's options take them.

    :raises InputError: they do not go together.
    """
    settings = dict(found)
    if isinstance(settings.get("env"), str):
        settings["env"] = _mapping_of(settings["env"])
    if settings.get("provider", "myaccount") != "openfaas":
        if settings.keys() & {"builder", "template", "stack"}:
            raise InputError("faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas.")
        if "src" not in settings and settings.get("state") != "absent":
            raise InputError("faas_function_src is not set. It names the directory or the file with the code of the function.")
    elif "stack" in settings and settings.keys() & {"src", "image"}:
        raise InputError("faas_function_stack names the functions and their images, so faas_function_src and faas_function_image cannot be set besides.")
    elif "memory" in settings:
        # The memory of a function is the limit of one replica on a gateway.
        settings["limits"] = {"memory": f"{settings['memory']}Mi", **_limits(settings.get("limits", {}))}
    return settings


def _mapping_of(text: str) -> t.Any:
    """What the text of a survey says in YAML or JSON. The text itself may hold what is confidential, so no error shows it."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise InputError(f"faas_function_env is not valid YAML{where}.") from None


def _limits(value: t.Any) -> Options:
    """A mapping, of which Ansible also takes the text."""
    try:
        return dict(check_type_dict(value).items())
    except TypeError:
        raise InputError("faas_function_limits is not a mapping with memory and cpu.") from None


def _functions(settings: Options, base: str) -> list[Options]:
    """The functions of the stack file, as far as the tasks for one of them need it.

    :raises E2EError: it cannot be read, or none matches.
    """
    try:
        text = Path(settings["stack"]).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"faas_function_stack: {settings['stack']} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise InputError(f"faas_function_stack: {settings['stack']} is not text in UTF-8.") from None
    described = described_stack(text, base, str(settings.get("name", "*")))["functions"]
    return [{name: function[name] for name in _OF_ONE} for function in described]


def _is_built(settings: Options, one: t.Mapping[str, t.Any]) -> bool:
    """Whether an image is built before the function is deployed."""
    if "builder" not in settings or settings.get("state") == "absent":
        return False
    return "stack" not in settings or bool(one.get("handler")) and not one.get("skip_build")


def _options(settings: Options, one: t.Mapping[str, t.Any], kind: str, base: str, built: str) -> Options:
    """The options of e2e_faas_function."""
    options = {name: settings[name] for name in _SAME if name in settings}
    options["rollback"] = settings.get("rollback", True)
    if one.get("name"):
        options["name"] = one["name"]
    if settings.get("state") != "absent":
        options["workflow_artifact"] = "faas_function_deployed"
        if "src" in settings and kind == "function":
            options["src"] = settings["src"]
    if "include" in settings and kind == "function":
        options["include"] = settings["include"]
    if kind == "image" and built:
        options["image"] = built
    if "stack" in settings:
        options |= {"config_file": settings["stack"], "chdir": base}
    if settings.get("provider", "myaccount") != "openfaas":
        options |= {name: settings[name] for name in ("runtime", "memory") if name in settings}
        if "src" in settings and os.path.isdir(settings["src"]):
            options["config_file"] = settings["src"]
    return options


def _build(settings: Options, one: t.Mapping[str, t.Any], base: str) -> Options:
    """The options of e2e_faas_image."""
    build: Options = {name: settings[name] for name in ("builder", "runtime", "template", "include") if name in settings}
    wanted = {
        "src": one.get("handler") and os.path.join(base, os.path.expanduser(one["handler"])),
        "image": one.get("image"),
        "runtime": build.get("runtime") or one.get("lang"),
        **{name: one.get(name) for name in _BUILD_LISTS},
    }
    return {**build, **{name: value for name, value in wanted.items() if value}, "chdir": base}
