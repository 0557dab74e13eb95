# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role faas_function has to do, from its variables: which options its modules get, and which of its tasks run.

Only files are looked for and read. What cannot be done is a ``problem`` in the plan, and not an exception, so that the role can tell first that
the result of an earlier run no longer holds.
"""

from __future__ import annotations

import collections
import os
import typing as t
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.stack_file import StackFile, StackFunction
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import ONE_SOURCE
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_stack_files import folders_in, of_folder
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import telling_names

Options = dict[str, t.Any]

_PREFIX = "faas_function_"
_PATHS = ("src", "stack", "template", "chdir", "directory", "config_file")
# What names several functions, or says how an image is built: no option of a function.
_BUILD = ("builder", "template", "runtime", "include")
_SEVERAL = ("stack", "directory", "functions")
_FOR_GATEWAYS = {"builder", "template", "stack"}
_NOT_OF_ONE = ("stack", "directory", "functions", "builder", "template", "provider", "chdir")


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


@dataclass(frozen=True)
class Happened:
    """What the role's tasks have returned so far.

    :param before: of e2e_faas_stack, about what runs before an image is built.
    :param built: of e2e_faas_image, in a loop.
    :param deployment: of e2e_faas_stack.
    """

    before: t.Mapping[str, t.Any] = field(default_factory=dict)
    built: t.Mapping[str, t.Any] = field(default_factory=dict)
    deployment: t.Mapping[str, t.Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Member:
    """One function: the options that e2e_faas_stack gets, and those of e2e_faas_image where its image is built. The name can be in a file."""

    name: str
    options: Options
    build: Options


def function_plan(variables: t.Mapping[str, t.Any], omit: t.Any, places: Places, happened: Happened = Happened()) -> Options:
    """The plan for the functions that the variables describe.

    :param variables: the role's, without their prefix.
    :param omit: Ansible's mark for what is left out.
    """
    given = _given(variables, omit)
    name = str(given.get("name", ""))
    plan: Options = {"provider": given.get("provider", "myaccount"), "label": name or "it", "problem": ""}
    plan |= {"functions": [], "looks": [], "builds": []}
    try:
        members = _members(given, omit, places)
    except E2EError as error:
        # The name of several functions is a pattern.
        nothing = {name: deployment_result({}, name)} if name and not given.keys() & set(_SEVERAL) else {}
        return {**plan, "problem": error.message, "tasks": {"main": "refused"}, "blank": deployment_result({}, name), "nothing": nothing}
    looking = [number for number, member in enumerate(members) if member.build]
    looks = _entries(members, looking, happened.before)
    names = [name or looks.get(number, {}).get("name", "") for number, name in enumerate(_telling_names(members))]
    unseen = _failed_looks(looking, looks, happened)
    building = [number for number in looking if number not in unseen]
    built = dict(zip(building, happened.built.get("results") or ()))
    failed = {**_failed_builds(built), **unseen}
    deploying = [number for number in range(len(members)) if number not in failed]
    entries = _entries(members, deploying, happened.deployment)
    plan |= {
        "label": members[0].name or os.path.basename(members[0].options.get("src", "it")) if len(members) == 1 else f"{len(members)} functions",
        "functions": [_deployed(members[number], built.get(number, {})) for number in deploying],
        "looks": [_look(members[number]) for number in looking],
        "builds": [_build(members[number], names[number], looks.get(number, {})) for number in building],
        "tasks": {"main": "images" if any(member.build for member in members) else "functions"},
        "problem": _problem(names, failed, entries) if failed else "",
    }
    results = _results(members, names, entries, happened)
    nothing = {name: deployment_result({}, member.name) for name, member in zip(names, members) if member.name}
    blank = deployment_result({}, members[-1].name)
    return {**plan, "results": results, "result": [*results.values()][-1], "nothing": nothing, "blank": blank}


def deployment_result(deployment: t.Mapping[str, t.Any], name: str) -> Options:
    """What the role publishes of a result of e2e_faas_function, or of one function of e2e_faas_stack, also of one that failed.

    :param name: the function's, for a result that does not tell it.
    """
    function = deployment.get("function") or {}
    flags = {flag: deployment.get(flag, False) for flag in ("changed", "rolled_back")}
    return {"name": function.get("name", name), **{key: function.get(key) for key in ("url", "status", "digest")}, **flags}


def _given(variables: t.Mapping[str, t.Any], omit: t.Any) -> Options:
    """What is set, under names without the role's prefix."""
    return {name.removeprefix(_PREFIX): value for name, value in variables.items() if not (value is None or value == "" or value == omit)}


# The functions.


def _members(given: Options, omit: t.Any, places: Places) -> list[_Member]:
    """All functions that the variables describe.

    :raises E2EError: they cannot be told, or what one of them is given does not go together.
    """
    found = _placed(given, places)
    several = [name for name in _SEVERAL if name in found]
    if len(several) > 1:
        raise InputError(f"{' and '.join(_variable(name) for name in several)} both name the functions. Set one of them.")
    if "stack" in found:
        return _of_stack(_settings(found), places)
    if not several:
        is_here = found.get("provider", "myaccount") != "openfaas" and not found.keys() & _FOR_GATEWAYS
        if is_here and "src" not in found and found.get("state") != "absent":
            raise InputError("faas_function_src is not set. It names the directory or the file with the code of the function.")
        return [_member(_settings(found), found.get("name", ""), places)]
    if "src" in found or "image" in found:
        raise InputError(f"{_variable(several[0])} names the functions, so faas_function_src and faas_function_image cannot be set besides.")
    entries = _of_directory(found) if "directory" in found else _of_list(found, omit, places)
    common = {name: value for name, value in found.items() if name not in ("directory", "functions", "name")}
    members = []
    for entry in entries:
        own = {key: value for key, value in common.items() if not (key in ONE_SOURCE and entry.keys() & set(ONE_SOURCE))}
        members.append(_member(_settings({**own, **entry}), entry.get("name", ""), places))
    matching = _matching(members, str(found.get("name", "*")), several[0])
    if found.get("provider") == "openfaas":
        _check_told_apart(matching)
    return matching


def _variable(name: str) -> str:
    return "faas_functions" if name == "functions" else f"{_PREFIX}{name}"


def _placed(given: Options, places: Places) -> Options:
    return {name: places.find(str(value)) if name in _PATHS else value for name, value in given.items()}


def _matching(members: list[_Member], pattern: str, source: str) -> list[_Member]:
    # A function whose file has to be read for its name is called as its folder here.
    matching = [member for member in members if fnmatchcase(member.name or os.path.basename(member.options.get("src", "")), pattern)]
    if not matching:
        has = ", ".join(member.name or os.path.basename(member.options.get("src", "")) for member in members) or "none"
        raise InputError(f"{_variable(source)} has no function that matches {pattern!r}. It has: {has}.")
    return matching


def _of_list(found: Options, omit: t.Any, places: Places) -> list[Options]:
    functions = found["functions"]
    if isinstance(functions, str):
        functions = _read(functions, "faas_functions")
    if not isinstance(functions, (list, tuple)) or not all(isinstance(entry, t.Mapping) for entry in functions):
        raise InputError("faas_functions has to be a list of mappings, each with the variables of one function.")
    entries = [_placed(_given(entry, omit), places) for entry in functions]
    for number, entry in enumerate(entries, 1):
        if entry.keys() & {"provider", "stack", "directory", "functions"}:
            raise InputError(f"faas_functions: number {number} sets what holds for all functions: {', '.join(sorted(entry.keys() & set(_NOT_OF_ONE)))}.")
    return entries


def _of_directory(found: Options) -> list[Options]:
    if found.get("provider") == "openfaas":
        raise InputError("faas_function_directory is for faas_function_provider: myaccount. On a gateway use faas_function_stack or faas_functions.")
    return [of_folder(folder) for folder in folders_in(Path(found["directory"]), "faas_function_directory")]


def _of_stack(settings: Options, places: Places) -> list[_Member]:
    """The functions of a stack file. Their variables are not in the plan, the module reads the file itself.

    :raises E2EError: it cannot be read, or none matches.
    """
    base = settings.get("chdir") or os.path.dirname(settings["stack"])
    try:
        text = Path(settings["stack"]).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"faas_function_stack: {settings['stack']} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise InputError(f"faas_function_stack: {settings['stack']} is not text in UTF-8.") from None
    file = StackFile(text, os.environ)
    members = []
    for name in file.matching(str(settings.get("name", "*"))):
        options = {**_options(settings), "name": name, "config_file": settings["stack"], "chdir": base}
        build: Options = {}
        if "builder" in settings and settings.get("state") != "absent":
            build = _build_of_stack(settings, file.function(name, lambda path: read_text(Path(base) / path)), base)
        members.append(_Member(name, options, build))
    return members


def _build_of_stack(settings: Options, function: StackFunction, base: str) -> Options:
    if not function.handler or function.skip_build:
        return {}
    told = {
        "src": os.path.join(base, os.path.expanduser(function.handler)),
        "image": function.image,
        "runtime": function.lang,
        "build_args": function.build_args,
        "build_options": list(function.build_options),
        "build_secrets": function.build_secrets,
        "copy_extra": list(function.copy_extra),
        "template_source": function.template_source,
    }
    return {**{name: value for name, value in told.items() if value}, **{name: settings[name] for name in _BUILD if name in settings}, "chdir": base}


def _member(settings: Options, name: str, places: Places) -> _Member:
    """A function that is described by variables."""
    is_built = "builder" in settings and settings.get("state") != "absent"
    options = _options(settings)
    if name:
        options["name"] = name
    if not is_built:
        options |= {key: settings[key] for key in ("src", "include") if key in settings and settings.get("state") != "absent"}
    if "config_file" in settings and "chdir" in settings:
        options["chdir"] = settings["chdir"]
    if settings.get("provider", "myaccount") != "openfaas":
        options |= {key: settings[key] for key in ("runtime", "memory") if key in settings}
        if "src" in settings and os.path.isdir(settings["src"]) and "config_file" not in settings:
            options["config_file"] = settings["src"]
    base = settings.get("chdir") or places.playbook
    build = {key: settings[key] for key in (*_BUILD, "src", "image") if key in settings} | {"chdir": base} if is_built else {}
    return _Member(name, options, build)


def _settings(found: Options) -> Options:
    """The given variables of one function as the provider's options take them.

    :raises InputError: they do not go together.
    """
    settings = dict(found)
    if isinstance(settings.get("env"), str):
        settings["env"] = _read(settings["env"], "faas_function_env")
    if settings.get("provider", "myaccount") != "openfaas":
        if settings.keys() & _FOR_GATEWAYS:
            raise InputError("faas_function_builder, faas_function_template and faas_function_stack are for faas_function_provider: openfaas.")
    elif "stack" in settings and settings.keys() & {"src", "image"}:
        raise InputError("faas_function_stack names the functions and their images, so faas_function_src and faas_function_image cannot be set besides.")
    elif "memory" in settings:
        # The memory of a function is the limit of one replica on a gateway.
        settings["limits"] = {"memory": f"{settings['memory']}Mi", **_limits(settings.get("limits", {}))}
    return settings


def _read(text: str, variable: str) -> t.Any:
    """What the text of a survey says in YAML or JSON. The text itself may hold what is confidential, so no error shows it."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise InputError(f"{variable} is not valid YAML{where}.") from None


def _limits(value: t.Any) -> Options:
    """A mapping, of which Ansible also takes the text."""
    try:
        return dict(check_type_dict(value).items())
    except TypeError:
        raise InputError("faas_function_limits is not a mapping with memory and cpu.") from None


def _options(settings: Options) -> Options:
    """Those variables that are options of a function as they are."""
    left = ("src", "include", "runtime", "memory", "name", "chdir", *_NOT_OF_ONE)
    options = {name: value for name, value in settings.items() if name not in left}
    options["rollback"] = settings.get("rollback", True)
    if settings.get("state") != "absent":
        options["workflow_artifact"] = "faas_function_deployed"
    return options


def _telling_names(members: t.Sequence[_Member]) -> list[str]:
    return telling_names([(member.name, member.options.get("namespace") or "") for member in members])


def _check_told_apart(members: t.Sequence[_Member]) -> None:
    """Refuse functions whose results would be taken for each other's.

    :raises InputError: it names them.
    """
    counts = collections.Counter(_telling_names(members))
    twice = [name for name, count in counts.items() if name and count > 1]
    if twice:
        raise InputError(
            f"faas_functions has {', '.join(twice)} more than once. Name each function once, or once in each namespace, with namespace in its entry."
        )


# What has happened.


def _look(member: _Member) -> Options:
    """What a removal would remove, of which nothing but the reading is done. It finds gateway and namespace as the deployment does."""
    kept = ("name", "namespace", "config_file", "chdir")
    return {**{key: member.options[key] for key in kept if key in member.options}, "state": "absent"}


def _entries(members: t.Sequence[_Member], asked: t.Sequence[int], returned: t.Mapping[str, t.Any]) -> dict[int, Options]:
    """What e2e_faas_stack has returned of the functions that it was given, which it returns in their order.

    :param asked: which of the members it was given.
    :returns: by the number of the member; it can leave some out, such as those that a filter of its ``module_defaults`` does.
    """
    left: dict[str, list[Options]] = {}
    known = {members[number].name for number in asked}
    for entry in returned.get("functions") or ():
        if not entry.get("pruned"):
            left.setdefault(entry["name"] if entry.get("name") in known else "", []).append(entry)
    nameless = [number for number in asked if not members[number].name]
    if len(left.get("", ())) != len(nameless):
        # Their names come from files, and so it cannot be told which of them are there.
        left.pop("", None)
    return {number: found.pop(0) for number in asked if (found := left.get(members[number].name))}


def _build(member: _Member, name: str, seen: Options) -> Options:
    image = ((seen.get("before") or {}).get("gateway") or {}).get("image")
    return {**member.build, "name": name, **({"deployed_image": image} if image else {})}


def _is_built(result: t.Mapping[str, t.Any]) -> bool:
    return bool(result.get("image") and not result.get("error"))


def _deployed(member: _Member, built: t.Mapping[str, t.Any]) -> Options:
    return {**member.options, "image": built["image"]} if _is_built(built) else member.options


def _failed_looks(looking: t.Sequence[int], looks: t.Mapping[int, Options], happened: Happened) -> dict[int, str]:
    """Why nothing is built for functions that could not be looked at, by their numbers."""
    if not happened.before.get("msg"):
        return {}
    seen = {number: looks.get(number, {}) for number in looking}
    return {number: str(entry.get("msg") or happened.before["msg"]) for number, entry in seen.items() if not entry.get("begun") or entry.get("failed")}


def _failed_builds(built: t.Mapping[int, t.Mapping[str, t.Any]]) -> dict[int, str]:
    """Why functions are not deployed whose images could not be built, by their numbers."""
    return {number: str(result.get("msg", "Its image was not built.")) for number, result in built.items() if not _is_built(result)}


def _problem(names: t.Sequence[str], failed: t.Mapping[int, str], entries: t.Mapping[int, Options]) -> str:
    """Why not all functions are in the wanted state, where an image could not be built."""
    if len(names) == 1:
        return failed[0]
    reasons = {**{number: entry["msg"] for number, entry in entries.items() if entry.get("failed")}, **failed}
    said = " ".join(f"{name}: {reasons[number]}" for number, name in enumerate(names) if number in reasons)
    return f"{len(reasons)} of {len(names)} functions could not be deployed. {said}"


def _results(members: t.Sequence[_Member], names: t.Sequence[str], entries: t.Mapping[int, Options], happened: Happened) -> dict[str, Options]:
    """What the role publishes, by name of the function."""
    returned = [entry for entry in happened.deployment.get("functions") or () if not entry.get("pruned")]
    if len(members) == 1 and len(returned) == 1:
        # Its name may come from a file.
        found = deployment_result(returned[0], returned[0]["name"] if returned[0].get("function") else members[0].name)
        return {found["name"]: found}
    known = {member.name for member in members}
    results = {names[number]: deployment_result(entries.get(number, {}), member.name) for number, member in enumerate(members) if member.name}
    results |= {entry["name"]: deployment_result(entry, entry["name"]) for entry in returned if entry["name"] not in known}
    return results or {"": deployment_result({}, "")}
