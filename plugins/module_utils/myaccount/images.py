# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Saved images: paths, payloads and parsing (reference D.1)."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates, only_one
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import first, number, text, title, word
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.listing import read_list
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import remove
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport

READY = frozenset({"available", "ready"})
FAILED = frozenset({"error", "failed"})


@dataclass(frozen=True)
class Image:
    """An image that was saved of a node.

    :param id: what paths take; the API writes it as a text.
    :param template_id: what a node is made from.
    :param state: in lower case, such as ``saving``, ``ready`` and ``available``.
    :param size: as the API writes it, such as ``30 GB``.
    :param os: such as ``CentOS 7``.
    """

    id: str
    template_id: int | None
    name: str
    state: str
    size: str | None
    os: str | None
    created_at: str | None
    running_nodes: int | None
    is_windows: bool | None

    def is_named(self, reference: str) -> bool:
        """Whether a user's name or number means this image."""
        return reference in (self.name, self.id, str(self.template_id))


def _parse(raw: t.Mapping[str, t.Any]) -> Image | None:
    identifier = number(raw.get("image_id"))
    if identifier is None:
        return None
    windows = raw.get("is_windows")
    return Image(
        id=str(identifier),
        template_id=number(raw.get("template_id")),
        name=title(first(raw, "image_name", "name")),
        state=word(raw.get("image_state")),
        size=text(raw.get("image_size")),
        os=text(raw.get("os_distribution")),
        created_at=text(raw.get("creation_time")),
        running_nodes=number(raw.get("running_vms")),
        is_windows=windows if isinstance(windows, bool) else None,
    )


class ImagesClient:
    """The calls of reference D.1. Raises what :class:`Transport` raises. Saving one is an action of its node."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def images(self) -> list[Image]:
        """All saved images, sorted by name."""
        images = [image for raw in read_list(self.transport, "images/saved-images/") if (image := _parse(raw)) is not None]
        return sorted(images, key=lambda image: (image.name, image.id))

    def rename(self, identifier: str, name: str) -> None:
        """Give an image another name."""
        self.transport.request("PUT", f"images/{identifier}/", json={"action_type": "rename", "name": name}, repeatable=True)

    def delete(self, identifier: str) -> None:
        """Remove an image; one that is not there is fine."""
        remove(self.transport, f"images/{identifier}/", repeatable=True)


def find_saved_image(images: t.Sequence[Image], reference: str) -> Image:
    """The image that a user names, by its name, id or template id, if a node can be made from it.

    :raises InputError: there is none, or it is not ready.
    :raises AmbiguousError: several have the name.
    """
    found = [image for image in images if image.name == reference] or [image for image in images if image.is_named(reference)]
    image = only_one(found, f"saved image {reference}", lambda image: image.id)
    if image is None:
        raise InputError(f"saved_image: there is no saved image {reference}. There are: {candidates(image.name for image in images)}.")
    if image.state not in READY or image.template_id is None:
        raise InputError(f"saved_image: the image {image.name} is not ready, its state is {image.state}.")
    return image
