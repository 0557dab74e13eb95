# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that only one of the two providers of functions has."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError

# What a function has at one provider and not at the other, with what the other one offers in its place.
FUNCTION_OPTIONS: t.Final[dict[str, dict[str, str]]] = {
    "myaccount": {
        "runtime": "",
        "hardware": "",
        "src": "image, which e2e_faas_image builds of a folder",
        "include": "",
        "code": "image",
        "requirements": "an image that has them",
        "upload": "",
        "check_entry_point": "",
        "memory": "limits",
        "timeout": "env, with the variables of the image's watchdog",
        "extra_parameters": "",
        "allow_replace": "",
        "digest_variable": "",
    },
    "openfaas": {
        "namespace": "",
        "pull": "",
        "chdir": "",
        "labels": "",
        "annotations": "",
        "limits": "memory",
        "requests": "memory",
        "replicas": "",
        "constraints": "hardware",
        "read_only_root_filesystem": "",
        "env_process": "",
    },
}


def refuse_foreign_options(
    params: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Mapping[str, t.Any]], only: t.Mapping[str, t.Mapping[str, str]]
) -> None:
    """Refuse options of the provider that is not used, because they would have no effect.

    :param spec: the options' specification, which tells a default from something given.
    :param only: by provider the options that only it has, each with what to use instead at the other one, or an empty text.
    :raises InputError: it names all of them.
    """
    provider = params["provider"]
    for owner, options in only.items():
        given = [name for name in options if params[name] is not None and params[name] != spec.get(name, {}).get("default")]
        if owner == provider or not given:
            continue
        advice = [f"instead of {name} use {options[name]}" for name in given if options[name]]
        verb = "belongs" if len(given) == 1 else "belong"
        text = f"{', '.join(given)} {verb} to provider: {owner}, and this task has provider: {provider}"
        raise InputError(f"{text}; {', '.join(advice)}." if advice else f"{text}.")
