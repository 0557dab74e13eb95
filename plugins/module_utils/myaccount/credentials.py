# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the credentials and the context of a call come from (reference A.1 and A.2).

For each value the first place that has it wins: the option, the ``E2E_*`` environment variable, the variable
of the released Terraform provider, then one profile of a config file of the vendor's CLIs.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import read_text
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.documents import load_json
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ConfigurationError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import setting
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.urls import is_plain_http, server_url

DEFAULT_ENDPOINT = "https://api.e2enetworks.com/myaccount/api/v1/"

ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "api_key": ("E2E_API_KEY", "SERVICE_API_KEY"),
    "auth_token": ("E2E_AUTH_TOKEN", "SERVICE_AUTH_TOKEN"),
    "project_id": ("E2E_PROJECT_ID",),
    "location": ("E2E_LOCATION", "E2E_REGION"),
    "api_endpoint": ("E2E_API_ENDPOINT", "SERVICE_API_ENDPOINT"),
}

# Relative to the home directory: e2ectl's file, then the one of the Python CLI (reference A.2).
E2ECTL_CONFIG = Path(".e2e") / "config.json"
E2E_CLI_CONFIG = Path(".E2E_CLI") / "config.json"


@dataclass(frozen=True)
class Credentials:
    """Everything a call needs to know about the account. ``api_endpoint`` ends in a slash."""

    api_key: str = field(repr=False)
    auth_token: str = field(repr=False)
    project_id: str
    location: str
    api_endpoint: str = DEFAULT_ENDPOINT

    @property
    def is_plain_http(self) -> bool:
        """Whether the key would cross a network unencrypted."""
        return is_plain_http(self.api_endpoint)


def _read_json(path: Path) -> dict[str, t.Any]:
    try:
        document = load_json(read_text(path))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not valid JSON"
        raise ConfigurationError(f"Cannot read the config file {path}: {reason}.") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"Cannot read the config file {path}: it does not hold a JSON object.")
    return document


def _entry(table: dict[str, t.Any], name: t.Any) -> dict[str, t.Any]:
    entry = table.get(name) if isinstance(name, str) else None
    return entry if isinstance(entry, dict) else {}


def _from_e2ectl(document: dict[str, t.Any], profile: str | None) -> dict[str, t.Any]:
    entry = _entry(_entry(document, "profiles"), profile or document.get("default"))
    return {
        "api_key": entry.get("api_key"),
        "auth_token": entry.get("auth_token"),
        "project_id": entry.get("default_project_id"),
        "location": entry.get("default_location"),
    }


def _from_e2e_cli(document: dict[str, t.Any], profile: str | None) -> dict[str, t.Any]:
    # The entry "default" holds the *name* of another alias where the others hold a key (reference A.2).
    default = _entry(document, "default")
    entry = _entry(document, profile if profile and profile != "default" else default.get("api_key"))
    if not entry:
        return {}
    return {
        "api_key": entry.get("api_key"),
        "auth_token": entry.get("api_auth_token"),
        "project_id": default.get("project_id"),
        "location": default.get("location"),
    }


def _from_files(home: Path, profile: str | None) -> dict[str, str]:
    e2ectl = _read_json(home / E2ECTL_CONFIG)
    e2e_cli = _read_json(home / E2E_CLI_CONFIG)
    for found in (_from_e2ectl(e2ectl, profile), _from_e2e_cli(e2e_cli, profile)):
        values = {name: text for name, value in found.items() if (text := setting(f"{name} in the profile", value))}
        if values:
            return values
    if profile:
        known = sorted({*_entry(e2ectl, "profiles"), *(name for name in e2e_cli if name != "default")})
        # What does not look like a name may be a key that was given in the wrong place.
        named = f" {profile!r}" if re.fullmatch(r"[\w.@ -]{1,30}", profile) else " of the given name"
        raise ConfigurationError(
            f"There is no profile{named} in ~/{E2ECTL_CONFIG} or ~/{E2E_CLI_CONFIG}. "
            f"Profiles found: {', '.join(known) if known else 'none'}."
        )
    return {}


def _endpoint(text: str) -> str:
    base = server_url("api_endpoint", text, example=DEFAULT_ENDPOINT, instead="api_key and auth_token")
    # The vendor's Python CLI names the host root, its Terraform provider the whole path: both are understood.
    return base + "api/v1/" if base.endswith("/myaccount/") else base


def _missing_message(missing: t.Sequence[str]) -> str:
    environment = ", ".join(" or ".join(ENVIRONMENT[name]) for name in missing)
    return (
        f"Missing: {', '.join(missing)}. Give them as options (of modules also through module_defaults for group/e2enetworks.cloud.all), "
        f"as environment variables ({environment}), or as a profile in ~/{E2ECTL_CONFIG} (e2ectl) or ~/{E2E_CLI_CONFIG} (e2e_cli)."
    )


def resolve_credentials(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], home: Path, *, scoped: bool = True) -> Credentials:
    """Collect credentials and context for one run.

    :param options: module options; those used are the keys of :data:`ENVIRONMENT` and ``profile``.
    :param environ: the process environment.
    :param home: the home directory, below which the config files are looked for.
    :param scoped: whether project and location are needed; without that they may be empty (reference A.1, account-scoped calls).
    :raises ConfigurationError: something is missing, malformed or unreadable; one message names all of it.
    """
    values: dict[str, str] = {}
    for name, variables in ENVIRONMENT.items():
        for source, candidate in ((name, options.get(name)), *((variable, environ.get(variable)) for variable in variables)):
            if (text := setting(source, candidate)) is not None:
                values[name] = text
                break

    required = ("api_key", "auth_token", *(("project_id", "location") if scoped else ()))
    profile = setting("profile", options.get("profile"))
    if profile or any(name not in values for name in required):
        values = {**_from_files(home, profile), **values}

    missing = [name for name in required if name not in values]
    if missing:
        raise ConfigurationError(_missing_message(missing))
    project_id, location = values.get("project_id", ""), values.get("location", "")
    if project_id and not re.fullmatch(r"[1-9][0-9]*", project_id):
        # Anything that does not look like a number may be a key that was given in the wrong place.
        got = f"; got {project_id}" if re.fullmatch(r"[-+]?[0-9.]{1,12}", project_id) else ""
        raise ConfigurationError(f"project_id must be a positive whole number, as MyAccount shows it{got}.")
    if not re.fullmatch(r"[!-~]+", values["auth_token"]):
        raise ConfigurationError("auth_token holds a space or another character that no token has. Copy it again from MyAccount.")
    return Credentials(
        api_key=values["api_key"],
        auth_token=values["auth_token"],
        project_id=project_id,
        location=location,
        api_endpoint=_endpoint(values.get("api_endpoint", DEFAULT_ENDPOINT)),
    )
