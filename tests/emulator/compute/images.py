# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved images (reference D.1): made by a node action, renamed, deleted in the ways of three clients."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .. import words
from ..envelope import Refused, success
from ..myaccount import ApiCall
from .account import Account, Route, body_of, number_of, scope_of
from .catalog import NO_CONTEXT
from .records import Image, Node
from .store import Store


def new_image(store: Store, node: Node, name: str, now: str) -> Image:
    return Image(store.next("image"), node.project_id, node.location, name, store.next("template"), node.disk, node.os, now)


class ImagesApi:
    """The paths by id work without a location, as one of the clients calls them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store

    def routes(self) -> list[Route]:
        one = "images/{id:[0-9]+}/"
        return [
            Route("GET", "images/saved-images/", self._list),
            Route("GET", one, self._get, NO_CONTEXT),
            Route("PUT", one, self._change, NO_CONTEXT),
            Route("DELETE", one, self._delete, NO_CONTEXT),
        ]

    async def _list(self, call: ApiCall) -> web.StreamResponse:
        return success([self._view(image) for image in self._store.images.within(scope_of(call))])

    async def _get(self, call: ApiCall) -> web.StreamResponse:
        return success(self._view(self._store.images.get(scope_of(call), number_of(call))))

    async def _change(self, call: ApiCall) -> web.StreamResponse:
        image, body = self._store.images.get(scope_of(call), number_of(call)), await body_of(call)
        action = body.name("action_type")
        if action == "delete_image":
            return self._drop(image)
        if action != "rename":
            raise Refused(400, f"action_type: {action!r} is not a valid choice, use rename or delete_image.")
        name = body.name("name")
        self._account.require_free(self._store.images, image.scope, name, image)
        image.name = name
        return success({"status": True, "message": words.IMAGE_RENAMED}, words.IMAGE_RENAMED)

    async def _delete(self, call: ApiCall) -> web.StreamResponse:
        image, body = self._store.images.get(scope_of(call), number_of(call)), await body_of(call, required=False)
        if body.has("action_type") and body.text("action_type") != "delete_image":
            raise Refused(400, "action_type: A DELETE takes delete_image only.")
        return self._drop(image)

    def _drop(self, image: Image) -> web.StreamResponse:
        if image.state == "SAVING":
            raise Refused(412, f"Image {image.name} is still being saved, try again later.")
        self._store.images.drop(image.id)
        self._store.discharge("image", image.id)
        return success({}, words.IMAGE_DELETED)

    def _view(self, image: Image) -> dict[str, Any]:
        running = sum(node.template_id == image.template_id for node in self._store.nodes)
        # Two clients know two kinds of image (reference D.1): image_name, a number and "available", or name, a string and "READY".
        even = image.id % 2 == 0
        return {
            "image_id": str(image.id),
            "template_id": image.template_id,
            "image_name" if even else "name": image.name,
            "image_state": "available" if even and image.state == "READY" else image.state,
            "image_size": f"{image.size} GB",
            "os_distribution": image.os["full_name"],
            "distro": image.os["name"],
            "image_type": "private",
            "sku_type": "",
            "cloning_ops": "",
            "vm_info": [],
            "creation_time": image.created_at,
            "running_vms": running if even else str(running),
            "is_windows": image.os["name"] == "Windows",
            "node_plans_available": True,
            "project_name": self._store.project_name(image.project_id),
            "scaler_group_count": 0,
        }
