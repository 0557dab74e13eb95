# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An SSH key as a resource of the lifecycle (reference D.3)."""

from __future__ import annotations

import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import only_one
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, MissingResourceError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKey, SshKeysClient, is_public_key, key_fingerprint, material


def ssh_key_result(key: SshKey | None, label: str | None = None) -> dict[str, t.Any]:
    """A key as modules return it."""
    if key is None:
        absent: dict[str, t.Any] = dict.fromkeys(("id", "label", "ssh_key", "type", "fingerprint", "created", "attached_nodes"))
        return absent | {"label": label}
    return {
        "id": key.id,
        "label": key.label,
        "ssh_key": key.key,
        "type": key.type,
        "fingerprint": key_fingerprint(key.key),
        "created": key.created,
        "attached_nodes": key.attached_nodes,
    }


def check_public_key(key: str) -> None:
    """Refuse anything but one public key, without repeating what was given: it may be a private key.

    :raises InputError: it is something else.
    """
    if "PRIVATE KEY" in key:
        raise InputError("ssh_key: this is a private key. Give the public one, usually the content of the file that ends in .pub.")
    if not is_public_key(key):
        raise InputError("ssh_key: this is not one public key in OpenSSH's form, such as ssh-ed25519 AAAA... comment.")


class SshKeyResource(ResourceBase[SshKey]):
    """One key, known by its label.

    :param key: the public key's text, checked by :func:`check_public_key`; ``None`` keeps what is there.
    """

    # The API refuses the same material a second time, so a create can be sent again.
    repeatable = True

    def __init__(self, client: SshKeysClient, label: str, key: str | None) -> None:
        super().__init__()
        self._client = client
        self._name = label
        self._key = key.strip() if key is not None else None
        self._keys: list[SshKey] = []
        self.label = f"SSH key {label}"
        self.rules = (FieldRule("ssh_key", in_place=False, same=self._same_material, show=key_fingerprint),)

    @staticmethod
    def _same_material(wanted: Value, current: Value) -> bool:
        return material(wanted) == material(current)

    def read(self) -> SshKey | None:
        self._keys = self._client.keys()
        return only_one([key for key in self._keys if key.label == self._name], self.label, lambda key: str(key.id), "Delete all but one of them in MyAccount.")

    def desired(self, current: SshKey | None) -> dict[str, Value]:
        if self._key is None and current is not None:
            return {}
        return {"ssh_key": self._needed_key()}

    def _needed_key(self) -> str:
        if self._key is None:
            raise MissingResourceError(f"The {self.label} does not exist yet. Give ssh_key, the text of the public key.")
        return self._key

    def facts(self, current: SshKey) -> dict[str, Value]:
        return {"ssh_key": current.key}

    def check_allowed(self, current: SshKey | None, action: Action) -> None:
        if action == "delete" or self._key is None:
            return
        others = [key.label for key in self._keys if key.label != self._name and self._same_material(key.key, self._key)]
        if others:
            raise InputError(
                f"ssh_key: this key is already there under the label {others[0]}, and the API takes each key only once. "
                f"Use the label {others[0]}, or remove that one first."
            )

    def create(self, previous: SshKey | None) -> None:
        key = self._needed_key()
        try:
            self._client.create(self._name, key)
        except RefusedError:
            # It was made by an earlier request whose answer was lost.
            found = self.read()
            if found is None or not self._same_material(found.key, key):
                raise

    def delete(self, current: SshKey) -> None:
        self._client.delete(current.id)

    def result(self, current: SshKey | None) -> dict[str, t.Any]:
        return ssh_key_result(current, self._name)

    def predict(self, current: SshKey | None, action: Action) -> dict[str, t.Any]:
        key = self._key if self._key is not None else current.key if current else ""
        return {**ssh_key_result(None, self._name), "ssh_key": key, "fingerprint": key_fingerprint(key), "attached_nodes": 0}
