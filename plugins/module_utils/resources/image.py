# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A saved image as a resource of the lifecycle (reference D.1)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.cost import Cost, unpriced
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.reconcile import Action, FieldRule, Value
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import References, by_id_or_name
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import ResourceBase
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.waiting import until_accepted
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError, InUseError, MissingResourceError, ResourceFailedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import FAILED, READY, Image, ImagesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import Node, NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import passes
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_lookup import NodeLookup


@dataclass(frozen=True)
class ImageOptions:
    """What the user wants; ``None`` keeps what is there. One of ``id`` and ``name`` is given.

    :param node: name or id of the node that the image is saved of.
    :param node_id: its id, which counts before ``node``.
    """

    id: str | None = None
    name: str | None = None
    node: str | None = None
    node_id: int | None = None
    wait_timeout: float = 600.0


def image_result(image: Image | None, options: ImageOptions = ImageOptions()) -> dict[str, t.Any]:
    """A saved image as modules return it."""
    if image is None:
        nothing: dict[str, t.Any] = dict.fromkeys(("id", "template_id", "name", "state", "size", "os", "created_at", "running_nodes", "is_windows"))
        return nothing | {"id": options.id, "name": options.name, "state": "absent"}
    return dict(vars(image))


class ImageResource(ResourceBase[Image]):
    """One image, known by its id or else by its name."""

    rules = (FieldRule("name"), FieldRule("node"))

    def __init__(self, images: ImagesClient, nodes: NodesClient, options: ImageOptions) -> None:
        super().__init__()
        self._images = images
        self._nodes = nodes
        self._lookup = NodeLookup(nodes, References(nodes.transport.read_only))
        self.warnings = self._lookup.warnings
        self._options = options
        self._id = options.id
        self._source: Node | None = None
        self.label = f"image {options.name or options.id}"

    def read(self) -> Image | None:
        return by_id_or_name(self._images.images(), self._id, self._options.name, self.label)

    def desired(self, current: Image | None) -> dict[str, Value]:
        options = self._options
        if current is not None:
            return {} if options.name is None else {"name": options.name}
        if options.id is not None:
            raise InputError(f"There is no image with the id {options.id}. To save one, give its name and the node, and leave the id out.")
        return {"name": options.name, "node": self._node().name}

    def _node(self) -> Node:
        """The node to save."""
        reference, identifier = self._options.node, self._options.node_id
        if reference is None and identifier is None:
            raise MissingResourceError(f"The {self.label} does not exist yet. Give node, the name or id of the node to save.")
        if self._source is None:
            self._source = self._lookup.summary(reference or "") if identifier is None else self._lookup.by_id(identifier)
        return self._source

    def facts(self, current: Image) -> dict[str, Value]:
        return {"name": current.name}

    def check_allowed(self, current: Image | None, action: Action) -> None:
        if current is not None and action == "delete":
            check_name_of_removed("image", current.id, current.name, self._options.name)
        if action == "create":
            node = self._node()
            if node.is_locked or node.is_changing:
                state = "locked" if node.is_locked else node.status
                raise InUseError(f"The node {node.name} cannot be saved as an image now: it is {state}.")

    def cost(self, current: Image | None, action: Action) -> Cost:
        # It is billed, and the API has no price list for it.
        return unpriced(action)

    def create(self, previous: Image | None) -> None:
        # The action that is under way may be this one: it is looked before the node is saved again.
        self._send(lambda: self._nodes.act(self._node().id, "save_images", name=self._options.name), lambda: self.read() is not None)

    def update(self, current: Image) -> None:
        self._send(lambda: self._images.rename(current.id, self._options.name or current.name))

    def delete(self, current: Image) -> None:
        self._send(lambda: self._images.delete(current.id))

    def _send(self, call: t.Callable[[], t.Any], is_done: t.Callable[[], bool] = lambda: False) -> None:
        """Make a call, and again while it is refused because another action is under way."""
        until_accepted(
            call,
            timeout=self._options.wait_timeout,
            clock=self._images.transport.clock,
            passes=passes,
            settled=lambda error: passes(error) and is_done(),
        )

    def is_busy(self, current: Image) -> bool:
        return current.state in ("saving", "creating")

    def check_ready(self, current: Image) -> bool:
        if current.state in FAILED:
            raise ResourceFailedError(f"The {self.label} could not be saved, its state is {current.state}. Delete it, and try again.")
        return current.state in READY

    def describe(self, current: Image) -> str:
        return f"its state is {current.state}"

    def result(self, current: Image | None) -> dict[str, t.Any]:
        return image_result(current, self._options)

    def predict(self, current: Image | None, action: Action) -> dict[str, t.Any]:
        if current is None:
            return {**image_result(None, self._options), "state": None, "running_nodes": 0}
        return {**image_result(current), "name": self._options.name}
