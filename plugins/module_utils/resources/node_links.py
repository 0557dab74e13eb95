# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a node is linked with: which of it there is, which of it a user means, and what comes with a node (reference C.5, D)."""

from __future__ import annotations

import copy
import functools
import threading
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import UNKNOWN, Unknown
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import N, References, candidates, only_one
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import wait_until
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, NotFoundError, ProtocolError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import CatalogClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import Image, ImagesClient, find_saved_image
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import Node, NodeDetails, NodeKey, NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIp, ReservedIpsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroup, SecurityGroupsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKeysClient, is_public_key, material
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import Volume, VolumesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import Vpc, VpcsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.catalog_choice import CatalogChoice
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_view import Link, Links, links_view


K = t.TypeVar("K", bound=t.Hashable)
R = t.TypeVar("R")


def _once(find: t.Callable[[NodeLinks, K], R]) -> t.Callable[[NodeLinks, K], R]:
    """Answer each question once: what a user means does not change during a run."""

    @functools.wraps(find)
    def answer(links: NodeLinks, reference: K) -> R:
        question = (find.__name__, reference)
        with links.lock:
            if question not in links.answers:
                links.answers[question] = find(links, reference)
            return t.cast("R", links.answers[question])

    return answer


def _group_link(group: SecurityGroup) -> Link:
    return Link(group.id, group.name, group)


class NodeLinks:
    """Reads what is there each time it is asked, and what a user means once.

    :param wait_timeout: seconds to wait for what a user means and the platform is still making.
    """

    def __init__(self, transport: Transport, wait_timeout: float = 600.0) -> None:
        self.references = References(transport.read_only)
        self._wait_timeout = wait_timeout
        self.nodes = NodesClient(transport)
        self.groups = SecurityGroupsClient(transport)
        self.vpcs = VpcsClient(transport)
        self.volumes = VolumesClient(transport)
        self.addresses = ReservedIpsClient(transport)
        self.catalog = CatalogChoice(CatalogClient(transport))
        self._keys = SshKeysClient(transport)
        self._images = ImagesClient(transport)
        self.answers: dict[tuple[str, t.Hashable], t.Any] = {}
        #: Held while an answer is looked for, so that several nodes ask for it once.
        self.lock = threading.RLock()
        #: The groups and networks that this run has put the node in: what there is as far as the API does not tell.
        self.put_groups: Links | Unknown = UNKNOWN
        self.put_vpcs: Links | Unknown = UNKNOWN

    def for_another(self) -> NodeLinks:
        """The same for another node of the task: what a user means is looked up once for all of them."""
        other = copy.copy(self)
        other.references = References(self.nodes.transport.read_only)
        return other

    # What a user means.

    @_once
    def wanted_keys(self, references: tuple[str, ...]) -> tuple[NodeKey, ...]:
        """Keys given as labels or as texts. A text that is no key of the project has no label, and one that is expected has no text.

        :raises InputError: there is no key of a label.
        """
        known = self._keys.keys() if references else []
        found = []
        for reference in references:
            if is_public_key(reference):
                text = reference.strip()
                label = next((key.label for key in known if material(key.key) == material(text)), "")
                found.append(NodeKey(label, text))
                continue
            same = [key for key in known if key.label == reference]
            key = only_one(same, f"SSH key {reference}", lambda key: str(key.id), "Give the text of the public key instead.")
            if key is None:
                labels = candidates(key.label for key in known)
                self.references.expect(f"ssh_keys: there is no SSH key with the label {reference}, and it is no public key. There are: {labels}.")
                found.append(NodeKey(reference, ""))
                continue
            found.append(NodeKey(key.label, key.key))
        return tuple({key.identity: key for key in found}.values())

    def wanted_groups(self, references: tuple[str, ...], there: Links | Unknown = UNKNOWN) -> tuple[Link, ...]:
        """Security groups by name or id, in the order given.

        :param there: those of the node. When they are the ones that are meant, the list of all groups is not read.
        """
        question = (self.wanted_groups.__name__, references)
        with self.lock:
            self._find_groups(question, references, there)
            return t.cast("tuple[Link, ...]", self.answers[question])

    def _find_groups(self, question: tuple[str, t.Hashable], references: tuple[str, ...], there: Links | Unknown) -> None:
        if question not in self.answers:
            found = [[link for link in there if reference.strip() in (link.name, str(link.id))] for reference in references] if there is not UNKNOWN else []
            is_there = bool(found) and all(len(links) == 1 for links in found)
            if is_there:
                self.answers[question] = tuple(dict.fromkeys(links[0] for links in found))
            else:
                self.answers[question] = self._links(map(_group_link, self.groups.groups()), references, "security_groups", "security group")

    @_once
    def wanted_vpcs(self, references: tuple[str, ...]) -> tuple[Link, ...]:
        """Networks by name or id, in the order given, as soon as they are Active.

        :raises InputError: there is no such network, or it never gets Active (reference C.2).
        """
        vpcs = self._made(self.vpcs.vpcs, lambda vpc: vpc.state == "creating", references, "VPC") if references else []
        links = self._links((Link(vpc.id, vpc.name) for vpc in vpcs), references, "vpcs", "VPC")
        for vpc in vpcs:
            if vpc.state not in ("active", "creating", "unknown") and Link(vpc.id, vpc.name) in links:
                raise InputError(f"vpcs: the VPC {vpc.name} is not active, its state is {vpc.state}.")
        return links

    @_once
    def wanted_volumes(self, references: tuple[str, ...]) -> tuple[Volume, ...]:
        """Volumes by name or id, as they were at the first look when they were made."""
        volumes = self._made(self.volumes.volumes, lambda volume: volume.status == "creating", references, "volume") if references else []

        def find(reference: str) -> Volume:
            expected = functools.partial(Volume, name=reference, size=None, iops=None, status="available", node=None)
            return self.references.find(volumes, reference, "volumes", "volume", expected)

        return tuple({volume.id: volume for volume in map(find, references)}.values())

    @_once
    def wanted_address(self, address: str) -> ReservedIp:
        """A reserved address, as it was at the first look.

        :raises InputError: it is not reserved.
        """
        known = self.addresses.addresses()
        found = next((ip for ip in known if ip.address == address), None)
        if found is None:
            free = candidates(ip.address for ip in known if ip.is_free)
            raise InputError(f"reserved_ip: {address} is not a reserved IP of this project. Free ones: {free}.")
        return found

    @_once
    def wanted_image(self, reference: str) -> Image:
        """A saved image that a node can be made from."""
        return find_saved_image(self._images.images(), reference)

    def _made(self, read: t.Callable[[], list[N]], is_making: t.Callable[[N], bool], references: tuple[str, ...], kind: str) -> list[N]:
        """What is there, once nothing of it that a user means is still being made. Check mode does not wait for that."""
        meant = {reference.strip() for reference in references}

        def making(entries: t.Iterable[N]) -> list[str]:
            return [entry.name for entry in entries if is_making(entry) and not {entry.name, str(entry.id)}.isdisjoint(meant)]

        return wait_until(
            read,
            lambda entries: self.nodes.transport.read_only or not making(entries),
            timeout=self._wait_timeout,
            describe=lambda entries: f"The {kind} {', '.join(making(entries))} is still being made",
            clock=self.nodes.transport.clock,
        )

    def _links(self, links: t.Iterable[Link], references: tuple[str, ...], option: str, kind: str) -> tuple[Link, ...]:
        known = list(links)
        found = (self.references.find(known, reference, option, kind, functools.partial(Link, name=reference)) for reference in references)
        return tuple(dict.fromkeys(found))

    def forget_address(self) -> None:
        """Look at a wanted address again when it is asked for: it has come off a node."""
        self.answers = {question: answer for question, answer in self.answers.items() if question[0] != self.wanted_address.__name__}

    # What is there.

    def groups_of(self, node: NodeDetails) -> Links | Unknown:
        """The security groups of a node with their rules, in one call (reference H.36). Answers of other shapes are survived."""
        if node.vm_id is None:
            return self.put_groups
        try:
            found = frozenset(map(_group_link, self.groups.attached(node.vm_id)))
        except NotFoundError:
            return self.put_groups
        except ProtocolError as error:
            # Without a status it is a good answer of another shape; with one it is no answer of the API.
            if error.http_status is not None:
                raise
            return self.put_groups
        return found if found or not node.security_group_count else self.put_groups

    def vpcs_of(self, node: NodeDetails, known: t.Sequence[Vpc] | None = None) -> Links | Unknown:
        """The networks of a node that are VPCs of the project: the platform may name others in the same way.

        :param known: all networks, where they were read already.
        """
        numbers = self.nodes.networks(node)
        if numbers is None:
            return self.put_vpcs
        found = frozenset(Link(vpc.id, vpc.name) for vpc in (self.vpcs.vpcs() if known is None else known) if vpc.id in numbers) if numbers else frozenset()
        return found if found or not node.is_vpc_attached else self.put_vpcs

    def volumes_of(self, node: NodeDetails, known: t.Sequence[Volume] | None = None) -> Links:
        """The volumes that are attached to a node.

        :param known: all volumes, where they were read already.
        """
        homes = ((volume, volume.node) for volume in (self.volumes.volumes() if known is None else known) if volume.node is not None)
        return frozenset(Link(volume.id, volume.name) for volume, home in homes if node.vm_id == home.vm_id or node.id == home.id)

    def addresses_of(self, node: NodeDetails, known: t.Sequence[ReservedIp] | None = None) -> tuple[ReservedIp, ...]:
        """The reserved addresses of a node, its own public one among them if it is reserved.

        :param known: all addresses, where they were read already.
        """
        return tuple(ip for ip in (self.addresses.addresses() if known is None else known) if ip.is_on(node.vm_id))

    def find(self, name: str, listed: t.Sequence[Node] | None = None) -> Node | None:
        """The node of a name.

        :param listed: all nodes, where they were read just before.
        :raises AmbiguousError: there are several.
        """
        return only_one([node for node in (self.nodes.nodes() if listed is None else listed) if node.name == name], f"node {name}", lambda node: str(node.id))


def linked(links: NodeLinks, nodes: t.Sequence[NodeDetails], limit: int | None = None) -> list[dict[str, t.Any]]:
    """What each of these nodes is linked with, as modules return it. Lists are read once, groups and networks of each node side by side.

    :param limit: how many calls run at once.
    """
    vpcs, volumes, addresses = links.vpcs.vpcs(), links.volumes.volumes(), links.addresses.addresses()

    def read(node: NodeDetails) -> dict[str, t.Any]:
        return links_view(links.groups_of(node), links.vpcs_of(node, vpcs), links.volumes_of(node, volumes), links.addresses_of(node, addresses))

    return in_parallel(links.nodes.transport, read, nodes, limit)


class NodeState:
    """A node at one moment. What it is linked with is read when it is asked for, and then kept."""

    def __init__(self, node: NodeDetails, links: NodeLinks) -> None:
        self.node = node
        self._links = links

    @functools.cached_property
    def groups(self) -> Links | Unknown:
        """Its security groups."""
        return self._links.groups_of(self.node)

    @functools.cached_property
    def vpcs(self) -> Links | Unknown:
        """Its networks."""
        return self._links.vpcs_of(self.node)

    @functools.cached_property
    def volumes(self) -> Links:
        """Its volumes."""
        return self._links.volumes_of(self.node)

    @functools.cached_property
    def addresses(self) -> tuple[ReservedIp, ...]:
        """Its reserved addresses."""
        return self._links.addresses_of(self.node)

    def view(self) -> dict[str, t.Any]:
        """The links that were asked for already, as modules return them."""
        return links_view(*(self.__dict__.get(name) for name in ("groups", "vpcs", "volumes", "addresses")))
