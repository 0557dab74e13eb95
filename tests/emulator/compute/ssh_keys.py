# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys (reference D.3). They belong to the project, whatever the location (a guess: older clients leave the location out)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import Account, Route, body_of, number_of, scope_of
from .records import Scope, SshKey

KINDS = {"ssh-rsa": "RSA", "ssh-ed25519": "ED25519", "ssh-dss": "DSA"}
KIND = re.compile(r"(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)")
ANYWHERE = frozenset({"location"})


def material(text: str) -> str | None:
    """The part of a public key that makes it the same key whatever its comment; None when the text is none."""
    parts = text.split()
    if len(parts) < 2 or not KIND.fullmatch(parts[0]):
        return None
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except (binascii.Error, ValueError):
        return None
    return parts[1] if len(blob) > 8 else None


def checked_keys(texts: list[str], key: str) -> list[str]:
    """Public key texts as a node takes them: not ids, not labels (reference G.7)."""
    for text in texts:
        if material(text) is None:
            raise Refused(400, f"{key}: {text[:20]!r} is not a public SSH key.")
    return texts


class SshKeysApi:
    """List, read by label, create, delete."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._keys = account.store.ssh_keys

    def routes(self) -> list[Route]:
        return [
            Route("GET", "ssh_keys/", self._list, ANYWHERE),
            Route("POST", "ssh_keys/", self._create, ANYWHERE),
            Route("DELETE", "delete_ssh_key/{id:[0-9]+}/", self._delete, ANYWHERE),
        ]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        keys, label = self._keys.within(scope_of(call)), call.request.query.get("label")
        used = self._used(scope_of(call))
        if label is None:
            return success([self._view(key, used) for key in keys])
        found = next((key for key in keys if key.name == label), None)
        if found is None:
            raise Refused(404, f"SSH key {label} not found.")
        return success(self._view(found, used))

    async def _create(self, call: ApiCall) -> web.StreamResponse:
        body, scope = await body_of(call), scope_of(call)
        label, text = body.name("label"), body.name("ssh_key", 16384).strip()
        new = material(text)
        if new is None:
            raise Refused(400, "ssh_key: This is not a public SSH key.")
        if any(material(key.text) == new for key in self._keys.within(scope)):
            raise Refused(412, words.SAME_KEY)
        self._account.require_free(self._keys, scope, label)
        today = self._account.clock.now().strftime("%d-%b-%Y")
        key = self._keys.add(SshKey(self._account.store.next("ssh key"), call.project_id, "", label, text, today))
        made = {"pk": key.id, "label": label, "ssh_key": text, "timestamp": today, "project_id": call.project_id}
        return success(made, "SSH Key added successfully.")

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        key = self._keys.get(scope_of(call), number_of(call))
        self._keys.drop(key.id)
        return success({}, words.KEY_DELETED)

    def _used(self, scope: Scope) -> dict[str, int]:
        counts: dict[str, int] = {}
        for node in self._account.store.nodes.within(Scope(scope.project_id, "")):
            for blob in {material(key["ssh_key"]) for key in node.ssh_keys}:
                if blob is not None:
                    counts[blob] = counts.get(blob, 0) + 1
        return counts

    def _view(self, key: SshKey, used: dict[str, int]) -> dict[str, Any]:
        return {
            "pk": key.id,
            "label": key.name,
            "ssh_key": key.text,
            "ssh_key_type": KINDS.get(key.text.split()[0], "ECDSA"),
            "timestamp": key.timestamp,
            "project_name": self._account.store.project_name(key.project_id),
            "total_attached_nodes": used.get(material(key.text) or "", 0),
        }
