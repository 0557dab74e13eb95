# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SSH keys of a project: paths, payloads and parsing (reference D.3)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import number, text, title
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

_PUBLIC_KEY = re.compile(r"(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+\s+[A-Za-z0-9+/]+={0,3}(?:\s[^\r\n]*)?")


@dataclass(frozen=True)
class SshKey:
    """A public key as the API returns it.

    :param id: the ``pk`` of the API.
    :param key: the public key's text.
    :param type: ``RSA``, ``ED25519`` and the like.
    :param created: the day as the API writes it, such as ``18-Feb-2025``.
    :param attached_nodes: on how many nodes it was put.
    """

    id: int
    label: str
    key: str
    type: str | None
    created: str | None
    attached_nodes: int | None


def is_public_key(key: str) -> bool:
    """Whether a text is one public key in OpenSSH's form."""
    return _PUBLIC_KEY.fullmatch(key.strip()) is not None


def material(key: str) -> str:
    """What makes a key the same key: its kind and its data, without the comment."""
    return " ".join(key.split()[:2])


def key_fingerprint(key: str) -> str:
    """The fingerprint that ``ssh-keygen -l`` shows; of a text that is no key, the digest of the text."""
    data = material(key).partition(" ")[2]
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw or key.encode()).digest()).decode().rstrip("=")


def _parse(raw: t.Mapping[str, t.Any]) -> SshKey | None:
    identifier = number(raw.get("pk"))
    if identifier is None:
        return None
    return SshKey(
        id=identifier,
        label=title(raw.get("label")),
        key=str(raw.get("ssh_key") or "").strip(),
        type=text(raw.get("ssh_key_type")),
        created=text(raw.get("timestamp")),
        attached_nodes=number(raw.get("total_attached_nodes")),
    )


class SshKeysClient:
    """The calls of reference D.3. Raises what :class:`Transport` raises."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def keys(self) -> list[SshKey]:
        """All keys, sorted by label."""
        keys = [key for raw in read_list(self.transport, "ssh_keys/") if (key := _parse(raw)) is not None]
        return sorted(keys, key=lambda key: (key.label, key.id))

    def create(self, label: str, key: str) -> None:
        """Add a key. The API refuses material that it has already, under whatever label."""
        self.transport.request("POST", "ssh_keys/", json={"label": label, "ssh_key": key})

    def delete(self, identifier: int) -> None:
        """Remove a key; one that is not there is fine. Nodes keep it in their authorized keys."""
        remove(self.transport, f"delete_ssh_key/{identifier}/", repeatable=True)
