# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which content a tag stands for now, asked of the image's registry (the Registry HTTP API V2 of the OCI distribution specification)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.spec import normal_image
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import AuthenticationError, ConfigurationError, NotFoundError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.invoke import Answer, Call, invoke

# An image for several platforms comes first: its digest is what a tag stands for, whichever platform pulls it.
_MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
_DOCKER_HUB = ("docker.io", "index.docker.io", "registry-1.docker.io")


@dataclass(frozen=True)
class Login:
    """A user of a registry, as ``docker login`` keeps it."""

    username: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of an Authorization header."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


def registry_of(image: str) -> str:
    """The host, and perhaps port, of the registry that an image comes from."""
    return normal_image(image).partition("/")[0]


def docker_login(image: str, environ: t.Mapping[str, str], home: Path) -> Login | None:
    """What ``docker login`` left for the registry of an image; ``None`` when there is nothing that can be read here.

    Credential helpers are programs of their own, and are not asked.

    :raises ConfigurationError: the file is there and damaged.
    """
    path = (Path(environ["DOCKER_CONFIG"]) if environ.get("DOCKER_CONFIG") else home / ".docker") / "config.json"
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise ConfigurationError(f"Cannot read the logins of docker in {path}.") from None
    registry = registry_of(image)
    names = _DOCKER_HUB if registry in _DOCKER_HUB else (registry,)
    auths = found.get("auths") if isinstance(found, dict) else None
    for key, value in (auths.items() if isinstance(auths, dict) else ()):
        host = (urlsplit(key).netloc if "://" in key else key.partition("/")[0]).lower()
        text = value.get("auth") if isinstance(value, dict) else None
        if host not in names or not isinstance(text, str) or not text:
            continue
        try:
            username, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            colon = ""
        if not colon:
            raise ConfigurationError(f"The login for {registry} in {path} is damaged. Log in again with docker login.")
        return Login(username, password.rstrip("\0"))
    return None


def image_digest(image: str, login: Login | None, *, verify: bool | str, timeout: float, clock: Clock) -> str:
    """What the image's tag stands for now, ``sha256:`` and 64 hexadecimal digits. Only asks.

    :param timeout: seconds for each request.
    :raises E2EError: the registry does not answer, does not know the image, wants another login, or answers with something else.
    """
    full = normal_image(image)
    if "@" in full:
        return full.partition("@")[2]
    host, _slash, rest = full.partition("/")
    name, _colon, tag = rest.rpartition(":")
    server = "registry-1.docker.io" if host == "docker.io" else host
    url = f"{'http' if _is_this_machine(server) else 'https'}://{server}/v2/{name}/manifests/{tag}"

    def ask(method: str, headers: t.Mapping[str, str]) -> Answer:
        accept = {"Accept": ", ".join(_MANIFESTS), **headers}
        return invoke(Call(url, method, headers=accept, timeout=timeout, verify=verify), lambda status: True, retries=0, retry_delay=0, clock=clock)

    headers: dict[str, str] = {}
    answer = ask("HEAD", headers)
    if answer.status == 401:
        headers = {"Authorization": _authorization(_header(answer, "WWW-Authenticate"), login, server, verify, timeout, clock)}
        answer = ask("HEAD", headers)
    if answer.status == 200 and not _DIGEST.fullmatch(_header(answer, "Docker-Content-Digest")):
        # A registry may leave it out. Then it is what it stands for: the digest of the manifest.
        answer = ask("GET", headers)
        if answer.status == 200:
            return f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
    if answer.status == 200:
        return _header(answer, "Docker-Content-Digest")
    if answer.status == 404:
        raise NotFoundError(f"The registry {host} has no image {full}.", http_status=404)
    if answer.status in (401, 403):
        who = "this user" if login else "anybody without a login"
        raise AuthenticationError(f"The registry {host} does not let {who} see {full}.", http_status=answer.status)
    raise ProtocolError(f"The registry {host} answered {answer.status} to the question for {full}.", http_status=answer.status)


def _authorization(challenge: str, login: Login | None, server: str, verify: bool | str, timeout: float, clock: Clock) -> str:
    """The header that a challenge asks for; a token is fetched from where the registry says."""
    scheme, _space, rest = challenge.partition(" ")
    parameters = dict(_PARAMETER.findall(rest))
    if scheme.lower() == "basic" and login is not None:
        return login.header
    realm = parameters.pop("realm", "")
    if scheme.lower() != "bearer" or not realm:
        raise AuthenticationError(f"The registry {server} wants a login, and docker login has left none for it.", http_status=401)
    parts = urlsplit(realm)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(server) and _is_this_machine(parts.netloc)):
        raise ProtocolError(f"The registry {server} sends its users to an address that is not https. Nothing was sent there.")
    query = {name: value for name, value in parameters.items() if name in ("service", "scope")}
    headers = {} if login is None else {"Authorization": login.header}
    answer = invoke(Call(realm, query=query, headers=headers, timeout=timeout, verify=verify), lambda status: True, retries=0, retry_delay=0, clock=clock)
    document = answer.json if answer.status == 200 else None
    token = (document.get("token") or document.get("access_token")) if isinstance(document, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise AuthenticationError(f"The registry {server} gives no token to {'this user' if login else 'anybody without a login'}.", http_status=answer.status)
    return f"Bearer {token}"


def _header(answer: Answer, name: str) -> str:
    return next((value for key, value in answer.headers.items() if key.lower() == name.lower()), "")


def _is_this_machine(server: str) -> bool:
    """Whether a registry is one that docker too speaks to without TLS."""
    host = urlsplit(f"//{server}").hostname or ""
    return host in ("localhost", "::1") or re.fullmatch(r"127(?:\.\d{1,3}){3}", host) is not None
