# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib
import typing as t
from urllib.parse import quote

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.plugins.loader import inventory_loader
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import API_KEY, AUTH_TOKEN, CREDENTIALS, FakeClock

PLUGIN = "e2enetworks.cloud.e2e"


class Reader:
    """Reads inventory files as Ansible does, and finds no secret in whatever comes out.

    ``warnings`` are those of the last run, ``slept`` the pauses between its calls.
    """

    def __init__(self, directory: pathlib.Path) -> None:
        self.directory = directory
        self.warnings: list[str] = []
        self.slept: list[float] = []
        self.extra_vars: dict[str, t.Any] = {}

    def write(self, options: t.Mapping[str, t.Any] | str, name: str = "e2e.yml") -> pathlib.Path:
        path = self.directory / name
        text = options if isinstance(options, str) else yaml.safe_dump({"plugin": PLUGIN, **options})
        path.write_text(text, encoding="utf-8")
        return path

    def plugin(self) -> BaseInventoryPlugin:
        """A new plugin, as every run has its own."""
        plugin = inventory_loader.get(PLUGIN)
        clock = FakeClock()
        plugin.clock, self.slept = clock.clock, clock.slept
        self.warnings = []
        return plugin

    def accepts(self, path: pathlib.Path) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            plugin = self.plugin()
            patch.setattr(type(plugin.display), "warning", lambda display, text, *more, **named: self.warnings.append(str(text)))
            return bool(plugin.verify_file(str(path)))

    def read(self, options: t.Mapping[str, t.Any] | str, *, cache: bool = True, into: InventoryData | None = None) -> InventoryData:
        path = self.write(options)
        inventory = into or InventoryData()
        plugin = self.plugin()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(plugin.display), "warning", lambda display, text, *more, **named: self.warnings.append(str(text)))
            patch.setattr("ansible.plugins.inventory.load_extra_vars", lambda loader: self.extra_vars)
            assert plugin.verify_file(str(path))
            try:
                plugin.parse(inventory, DataLoader(), str(path), cache=cache)
                if plugin.get_option("cache"):
                    plugin.update_cache_if_changed()
            finally:
                self.search(*self.warnings, *(repr(host.get_vars()) for host in inventory.hosts.values()))
        return inventory

    def refuse(self, options: t.Mapping[str, t.Any] | str) -> str:
        """The message of a run that has to fail, and has to add nothing."""
        inventory = InventoryData()
        with pytest.raises(AnsibleParserError) as caught:
            self.read(options, into=inventory)
        assert not inventory.hosts
        assert set(inventory.groups) == {"all", "ungrouped"}
        # Ansible shows these as well.
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        message = str(caught.value)
        self.search(message)
        return message

    @staticmethod
    def search(*texts: str) -> None:
        for secret in (API_KEY, AUTH_TOKEN):
            for form in (secret, quote(secret, safe=""), repr(secret)[1:-1]):
                assert not any(form in text for text in texts), f"a secret is in {texts}"


@pytest.fixture
def reader(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Inventory files in a directory of their own; the credentials are in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(f"E2E_{name.upper()}", value)
    return Reader(tmp_path)
