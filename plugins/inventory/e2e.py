# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: e2e
short_description: Nodes of E2E Networks as an inventory
version_added: 0.1.0
description:
  - Makes a host of each node of the given projects and locations.
  - The inventory is complete or fails. When a page of a list, a project or a location cannot be read, no host is added at all.
  - >-
    The name of the file must be C(e2e.yml), end in C(.e2e.yml), or be C(e2e_nodes.yml); C(.yaml) does as well.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - Names this plugin.
    type: str
    required: true
    choices: [e2enetworks.cloud.e2e]
  projects:
    description:
      - Numbers of the projects to read, each in all of O(locations). Without them, the one of O(project_id) is read.
      - A list, or only one, such as V(1042), or several as a text with commas, such as V(1042,1043).
    type: raw
  locations:
    description:
      - Locations to read, such as V(Delhi) and V(Chennai). Without them, the one of O(location) is read.
      - A list, or only one, such as V(Delhi), or several as a text with commas, such as V(Delhi,Chennai).
    type: raw
  statuses:
    description:
      - Only nodes in one of these states, such as V(running) and V(powered off), upper or lower case. Without it, all nodes.
    type: list
    elements: str
  labels:
    description:
      - Only nodes with one of these labels. Without it, all nodes.
      - The label is a detail, see O(fetch_details).
    type: list
    elements: str
  hostnames:
    description:
      - Where the name of a host comes from, as Jinja2 expressions such as V(e2e_name) or templates such as V({{ e2e_name }}.example.com).
        The first one that gives something counts; when none does, it is the name of the node, or at last V(node-) and its id.
      - Nodes that would get the same name all get their id as a suffix, as in V(web-1042), and a warning tells them.
        So do those that would be called V(all), V(ungrouped) or V(localhost), which Ansible keeps for itself,
        or as a group of O(groups) or O(keyed_groups), because a name in a play can stand for only one of them.
      - The same happens to a node that would be called as another node is, which an earlier file of this plugin has found in the same run.
        Give such files names that cannot meet, such as V({{ e2e_name }}-{{ e2e_project_id }}), so that no name depends on the order of the
        files. Hosts of other inventories are joined with nodes of their name, as Ansible does it.
      - Letters, digits, hyphens, dots and underscores make a name, and so does an IPv6 address. An underscore takes the place of any other
        character, because Ansible reads C(a,b) or C(a b) as two hosts; a warning tells them.
    type: list
    elements: str
    default: [e2e_name]
  host_address:
    description:
      - Which address C(ansible_host) is. V(auto) takes the public one, and the private one for nodes without it.
      - A host without such an address gets no C(ansible_host), and a warning tells its name.
    type: str
    choices: [auto, public, private]
    default: auto
  fetch_details:
    description:
      - Whether each node is read on its own, which takes one more call for each. The list alone has no label, system, size or V(e2e_vm_id);
        see the guide for the variables that are details.
      - With V(auto) this happens when O(labels), O(hostnames), O(compose), O(groups) or O(keyed_groups) use a detail.
        What playbooks use cannot be seen here.
      - Variables of details are undefined where the details were not read.
    type: str
    choices: [auto, always, never]
    default: auto
  concurrency:
    description:
      - How many calls run at once, at most.
    type: int
    default: 8
  variable_prefix:
    description:
      - What the names of all variables begin with. Give O(hostnames) too when it is not the default.
    type: str
    default: e2e_
  use_expired_cache:
    description:
      - Whether to go on with what an earlier run has cached, however old it is, when the API cannot be reached or only fails
        (no connection, no answer in time, too many requests, an error or a page of its server) after all retries.
        A warning tells why and of when the cached answers are. Only used with O(cache=true).
      - The addresses in them may belong to somebody else by now. So it is off unless you want it, as for a recovery when the platform is down.
      - Refused credentials and everything else that is certain fail as ever, and so does a run that was told to read again (C(--flush-cache)).
      - The cache plugin has to keep entries whose time is over, as those that write files do. Those that leave it to their server, such as Redis, do not.
    type: bool
    default: false
notes:
  - >-
    Options of the connection, O(projects) and O(locations) may be templates, for example with a lookup or a variable given by C(-e).
    An environment variable that is empty counts as not set. An option of the connection that the file gives, and that is empty, is an error:
    else a file for one account would show the nodes of another, whose credentials are in the environment.
  - >-
    What is cached is the answer of the API, without any credential. A run that finds it in the cache sends no request.
    A change of the options that decide what is read, or of the account, leads to another entry.
  - Ansible only warns about an inventory that cannot be read, and goes on. Set C(any_unparsed_is_failed) in C(ansible.cfg) to make it stop.
"""

EXAMPLES = r"""
# The simplest one, e2e.yml: credentials, project and location come from the environment.
plugin: e2enetworks.cloud.e2e

---
# Everything that runs in two projects and two locations, grouped, in production.e2e.yml.
plugin: e2enetworks.cloud.e2e
projects: [1042, 1043]
locations: [Delhi, Chennai]
statuses: [running]
hostnames:
  - "{{ e2e_name }}.{{ e2e_location | lower }}"
compose:
  ansible_user: "'root'"
groups:
  windows: (e2e_os.name | default('', true)) is match('Windows')
keyed_groups:
  - key: e2e_label
    prefix: label
  - key: e2e_location
    prefix: location
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache/e2e
cache_timeout: 600

---
# Web servers by their private address, with a token from the vault.
plugin: e2enetworks.cloud.e2e
labels: [web]
host_address: private
auth_token: "{{ lookup('ansible.builtin.file', '/run/secrets/e2e-token') }}"
"""

import hashlib
import hmac
import json
import os
import re
import typing as t
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import partial
from itertools import product
from pathlib import Path
from weakref import WeakKeyDictionary

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, get_cache_plugin

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import shortened, whole
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.connection import RetryPolicy, is_passing
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, InputError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.options import UNCHECKED, positive, tls_verification
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.redaction import Redactor
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.support import Timeouts
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials, resolve_credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.expressions import (
    as_data,
    compile_once,
    is_settled,
    is_template,
    literal,
    names_in,
    remembering,
)
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_draft import OWN_GROUPS, Draft, Entry
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_hosts import Identity, among, clashes, identity, safe_name, unique_names, variables
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.inventory_records import DETAIL_FIELDS, Query, Record, read_records

_FILE_NAME = re.compile(r"(.+\.)?e2e\.ya?ml|e2e_nodes\.ya?ml")
_FILE_RULE = "must be e2e.yml, end in .e2e.yml, or be e2e_nodes.yml (.yaml does as well)"

# Changes with what a record holds, so that what an older version has cached is not used.
_CACHE_FORMAT = 3


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """The inventory plugin. Nothing is added to the inventory before all of it is known."""

    NAME = "e2enetworks.cloud.e2e"

    clock: t.ClassVar[Clock] = Clock()

    # The nodes behind the names that the files of one run have given. To Ansible a second host of a name is more about the first one.
    _named: t.ClassVar[WeakKeyDictionary[InventoryData, dict[str, Identity]]] = WeakKeyDictionary()

    def __init__(self) -> None:
        super().__init__()
        self._redact = Redactor()

    def verify_file(self, path: str) -> bool:
        """Whether the file has one of the names that this plugin goes by. Says the rule when only the name is wrong."""
        if not super().verify_file(path):
            return False
        if _FILE_NAME.fullmatch(os.path.basename(path)):
            return True
        if path.endswith((".yml", ".yaml")) and _names_this_plugin(Path(path)):
            self.display.warning(f"{path} is for the inventory plugin {self.NAME}, but its name {_FILE_RULE}.")
        return False

    def parse(self, inventory: InventoryData, loader: t.Any, path: str, cache: bool = True) -> None:
        """Read the file and add all hosts, or none.

        :raises AnsibleParserError: anything failed; one text without secrets.
        """
        super().parse(inventory, loader, path, cache)
        self._redact = Redactor()
        failure = ""
        try:
            given = self._read_config_data(path)
            compile_once(self.templar)
            # Complete before the first host is added: Ansible keeps what a plugin has added before it fails.
            accounts = self._accounts(given)
            records = self._records(path, cache, accounts)
            named = self._named.setdefault(inventory, {})
            draft, names = self._complete_draft(records, [identity(record, accounts[0].api_endpoint) for record in records], named)
            draft.add_to(inventory)
            named |= names
        except E2EError as error:
            failure = error.message
        except AnsibleError as error:
            failure = str(error)
        except Exception as error:  # pylint: disable=broad-except
            failure = f"Unexpected {type(error).__name__}: {error}. This is a defect of the collection; please report it."
        if failure:
            # Raised outside the blocks above: with the first error as its context, its traceback and the lines of the file would be shown.
            raise AnsibleParserError(whole(shortened(self._redact(failure))))
        self.inventory = inventory

    def _records(self, path: str, cache: bool, accounts: t.Sequence[Credentials]) -> list[Record]:
        query = self._query()
        if not self.get_option("cache"):
            return self._read(accounts, query)
        key = self._cache_key(path, accounts, query)
        cached = self._cached(self._cache, key) if cache else None
        if cached is None:
            try:
                records = self._read(accounts, query)
            except E2EError as error:
                expired = self._expired(key) if cache and self.get_option("use_expired_cache") and _is_no_answer(error) else None
                if expired is None:
                    raise
                self.display.warning(f"{self._redact(error.message)} So this inventory is of {expired['read_at']}, from the cache, although its time is over.")
                return self._records_of(expired)
            cached = {"format": _CACHE_FORMAT, "read_at": datetime.now(timezone.utc).isoformat(" ", "seconds"), "nodes": records}
            self._cache[key] = cached
        return self._records_of(cached)

    @staticmethod
    def _records_of(entry: dict[str, t.Any]) -> list[Record]:
        records: list[Record] = entry["nodes"]
        return records

    @staticmethod
    def _cached(cache: t.Any, key: str) -> dict[str, t.Any] | None:
        try:
            entry = cache[key]
        except KeyError:
            return None
        return entry if isinstance(entry, dict) and entry.get("format") == _CACHE_FORMAT else None

    def _expired(self, key: str) -> dict[str, t.Any] | None:
        """The entry that the cache has, whatever its age. For that the same cache is opened without a time limit."""
        options = {"_uri": self.get_option("cache_connection"), "_prefix": self.get_option("cache_prefix")}
        cache = get_cache_plugin(self.get_option("cache_plugin"), _timeout=0, **{name: value for name, value in options.items() if value is not None})
        return self._cached(cache, key)

    def _cache_key(self, path: str, accounts: t.Sequence[Credentials], query: Query) -> str:
        """Differs with the account and with everything that decides what is read. Keyed with the API key, which it does not show."""
        scopes = [(account.api_endpoint, account.project_id, account.location) for account in accounts]
        asked = json.dumps([scopes, sorted(query.statuses), sorted(query.labels), query.wants_details])
        return f"{self.get_cache_key(path)}_{hmac.new(accounts[0].api_key.encode(), asked.encode(), hashlib.sha256).hexdigest()[:16]}"

    def _read(self, accounts: t.Sequence[Credentials], query: Query) -> list[Record]:
        concurrency = self.get_option("concurrency")
        if concurrency < 1:
            raise InputError(f"concurrency must be at least 1; got {concurrency}.")
        options = {name: self.get_option(name) for name in ("api_connect_timeout", "api_timeout", "validate_certs")}
        options["ca_path"] = self._templated("ca_path")
        verify = tls_verification(options, os.environ, "E2E")
        if verify is False:
            self.display.warning(UNCHECKED)
        transport = Transport(
            accounts[0],
            read_only=True,
            timeouts=Timeouts(positive(options, "api_connect_timeout"), positive(options, "api_timeout")),
            retries=RetryPolicy(retries=max(0, self.get_option("api_retries"))),
            verify=verify,
            pool_size=concurrency,
            clock=self.clock,
            redact=self._redact,
        )
        transports = [transport, *map(transport.elsewhere, accounts[1:])]
        records = read_records(transports, query)
        self.display.vvv(f"{self.NAME}: {sum(transport.requests_sent for transport in transports)} requests for {len(records)} nodes")
        return records

    def _accounts(self, given: t.Container[str]) -> list[Credentials]:
        """The account, once for each project and location.

        :param given: the names of the options that the file gives.
        """
        options = {name: self._templated(name) for name in ("api_key", "auth_token", "project_id", "location", "api_endpoint", "profile")}
        for name, value in options.items():
            # What stands in for an option that is not given belongs to another account than the file is about.
            if name in given and not str(value or "").strip():
                raise InputError(
                    f"{name} is given in the file, but empty. Nothing of the environment or of a config file is taken in its place. "
                    "Give it a value, such as by setting the variable that its template reads, or leave its line out."
                )
        self._redact.add(*(str(options[name] or "") for name in ("api_key", "auth_token")))
        projects = self._templated_list("projects") or [options["project_id"]]
        locations = self._templated_list("locations") or [options["location"]]
        accounts = [
            resolve_credentials({**options, "project_id": project, "location": location}, os.environ, Path(os.path.expanduser("~")))
            for project, location in product(projects, locations)
        ]
        self._redact.add(accounts[0].api_key, accounts[0].auth_token)
        if accounts[0].is_plain_http:
            self.display.warning("api_endpoint is not https: the API key and the token cross the network unencrypted.")
        return list(dict.fromkeys(accounts))

    def _query(self) -> Query:
        prefix, used = self.get_option("variable_prefix"), self._used_names()
        return Query(
            statuses=tuple(str(status) for status in self.get_option("statuses") or ()),
            labels=tuple(str(label) for label in self.get_option("labels") or ()),
            details=self.get_option("fetch_details"),
            uses=frozenset(field for field in DETAIL_FIELDS if prefix + field in used),
        )

    def _used_names(self) -> frozenset[str]:
        """The names of all variables that something in the file may use."""
        used: frozenset[str] = frozenset()
        for entry in self.get_option("hostnames"):
            try:
                used |= names_in(str(entry))
            except ValueError as error:
                raise InputError(f"hostnames: {entry} is not a Jinja2 expression or template ({error}).") from None
        keyed = [entry.get(name) for entry in self.get_option("keyed_groups") or () for name in ("key", "parent_group")]
        for expression in (*(self.get_option("compose") or {}).values(), *(self.get_option("groups") or {}).values(), *keyed):
            try:
                used |= names_in(str(expression))
            except ValueError:
                # A plain text, or what Ansible complains about or leaves out, as ``strict`` says.
                continue
        return used

    def _templated(self, name: str) -> t.Any:
        """The value of an option, which may be a template over the extra variables."""
        self.templar.available_variables = self._vars
        try:
            return self.templar.template(self.get_option(name))
        except AnsibleError as error:
            raise InputError(f"The template of {name} cannot be evaluated: {error}") from None

    def _templated_list(self, name: str) -> list[str]:
        """The texts that an option holds. Not of Ansible's type ``list``, which refuses a number and cuts a template at its commas."""
        return _texts(name, self._templated(name))

    def _complete_draft(
        self, records: t.Sequence[Record], nodes: t.Sequence[Identity], named: t.Mapping[str, Identity]
    ) -> tuple[Draft, dict[str, Identity]]:
        """All hosts and groups, and the nodes by the names of their hosts.

        A name that Ansible or a group of this file has is of no use for a host, so such a host gets its id as a suffix. The same holds for a
        name that another file of this run gave to another node: one of the two would get the address of the other.
        It is not an error, because the names of nodes and labels are made by whoever may make nodes: one of them must not stop everybody's
        automation. And the group keeps its name, because a play for it would otherwise run on that one host instead: to Ansible a name in a
        pattern is a host first.

        :param nodes: which node each record is.
        :param named: the nodes behind the names that are taken.
        """
        prefix, host_address, strict = (self.get_option(name) for name in ("variable_prefix", "host_address", "strict"))
        data = remembering(as_data)
        hosts = [data(variables(record, prefix, host_address)) for record in records]
        given = [self._name(record, host, strict) for record, host in zip(records, hosts)]
        wanted = [safe_name(name) for name in given]
        reserved = frozenset((*OWN_GROUPS, *constants.LOCALHOST))
        of_others = frozenset(named) - {name for name, node in zip(wanted, nodes) if named.get(name) == node}
        # Also those that have no host yet, so that fewer names change with the nodes.
        of_groups = frozenset(map(self._sanitize_group_name, self.get_option("groups") or ())) - reserved
        while True:
            names = unique_names(wanted, records, reserved | of_groups | of_others)
            draft = self._draft(dict(zip(names, hosts)), strict)
            found = frozenset(draft.groups).intersection(names)
            if not found:
                break
            # Seldom more than once: no group has a name with the hyphen of a suffix.
            of_groups |= found
        draft.check()
        changed = [f"{new} ({record['id']})" for old, new, record in zip(given, wanted, records) if old != new]
        self._warn(changed, "Ansible's host patterns give some characters a meaning, so each became an underscore in these names")
        self._warn(clashes(wanted, records), "Several nodes would have the same name, so each got its id as a suffix")
        self._warn(among(reserved, wanted, records), "Ansible keeps these names for itself, so the hosts got their id as a suffix")
        self._warn(
            among(of_groups, wanted, records),
            "Groups have these names, so the hosts got their id as a suffix",
            " Give the groups a prefix, or the hosts other names with the option hostnames.",
        )
        self._warn(
            among(of_others, wanted, records),
            "Another file of this plugin has other nodes of these names, so the hosts got their id as a suffix",
            " Give the hosts of each file names of their own with the option hostnames.",
        )
        self._warn([name for name, host in zip(names, hosts) if "ansible_host" not in host], f"No {host_address} address, so ansible_host is not set")
        return draft, dict(zip(names, nodes))

    def _draft(self, hosts: t.Mapping[str, dict[str, t.Any]], strict: bool) -> Draft:
        """The hosts with their variables, then compose, groups and keyed groups, each of which sees those before it."""
        self.inventory = draft = Draft(self.inventory.current_source, hosts)
        compose, groups, keyed_groups = (self.get_option(name) or () for name in ("compose", "groups", "keyed_groups"))
        composed = [({name: compose[name]}, self._entry(compose[name])) for name in compose] if isinstance(compose, dict) else []
        conditions = [({name: groups[name]}, Entry(groups[name])) for name in groups] if isinstance(groups, dict) else []
        keyed = [([key], self._keyed_entry(key)) for key in keyed_groups] if isinstance(keyed_groups, list) else []
        add_to_composed, add_to_keyed = self._add_host_to_composed_groups, self._add_host_to_keyed_groups
        for name, host in hosts.items():
            for part, entry in composed:
                draft.apply(entry, name, host, partial(self._set_composite_vars, part, host, name, strict=strict))
            if not conditions and not keyed:
                continue
            complete = draft.hosts[name].get_vars()
            for part, entry in conditions:
                draft.apply(entry, name, complete, partial(add_to_composed, part, complete, name, strict=strict, fetch_hostvars=False))
            for parts, entry in keyed:
                draft.apply(entry, name, complete, partial(add_to_keyed, parts, complete, name, strict=strict, fetch_hostvars=False))
        return draft

    def _entry(self, *expressions: t.Any) -> Entry:
        # Extra variables may hold templates, which may be made of anything.
        return Entry(*expressions, None) if self.get_option("use_extra_vars") else Entry(*expressions)

    def _keyed_entry(self, keyed: t.Any) -> Entry:
        """The parent group is a template, so it decides nothing only when it is none."""
        is_usual = isinstance(keyed, dict) and not is_template(str(keyed.get("parent_group") or ""))
        return self._entry(keyed.get("key")) if is_usual else Entry(None)

    def _warn(self, names: t.Sequence[str], text: str, advice: str = "") -> None:
        if names:
            self.display.warning(f"{text}: {candidates(names)}.{advice}")

    def _name(self, record: Record, host: dict[str, t.Any], strict: bool) -> str:
        """The first name that ``hostnames`` gives for a node."""
        for entry in self.get_option("hostnames"):
            try:
                name = self._evaluated(entry, host)
            except Exception as error:  # pylint: disable=broad-except
                # Whatever a filter raises: like Ansible's own options, it counts only when strict.
                if strict:
                    raise InputError(f"hostnames: {entry} gives no name for the node {record['name']} ({record['id']}): {error}") from None
                continue
            if name is not None and (text := str(name).strip()):
                return text
        return record["name"] or f"node-{record['id']}"

    def _compose(self, template: t.Any, variables: dict[str, t.Any], *more: t.Any, **named: t.Any) -> t.Any:
        """As Ansible's own, but without compiling what is only a variable or a text: it takes most of the time that thousands of hosts need."""
        if isinstance(template, str):
            if (text := literal(template)) is not None:
                return text
            if template in variables and is_settled(variables[template]) and not self.get_option("use_extra_vars"):
                return variables[template]
        return super()._compose(template, variables, *more, **named)

    def _evaluated(self, entry: str, host: dict[str, t.Any]) -> t.Any:
        if not is_template(entry):
            return self._compose(entry, host)
        self.templar.available_variables = host
        return self.templar.template(entry)


def _is_no_answer(error: E2EError) -> bool:
    """Whether nothing of the API has answered. An answer that contradicts itself is one."""
    return is_passing(error) and not (isinstance(error, ProtocolError) and error.http_status is None)


def _texts(name: str, value: t.Any) -> list[str]:
    if isinstance(value, Mapping):
        raise InputError(f"{name} must be a list, or one text or number; got a dictionary.")
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(name, item)]
    return [] if value is None else [text for part in str(value).split(",") if (text := part.strip())]


def _names_this_plugin(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return re.search(r"^plugin:\s*[\"']?e2enetworks\.cloud\.e2e\b", file.read(65536), re.MULTILINE) is not None
    except OSError:
        return False
