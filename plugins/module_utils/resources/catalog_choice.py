# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the plan and the image that a user names to the pair that a create wants (reference C.1, G.4)."""

from __future__ import annotations

import threading
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.references import candidates
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import AmbiguousError, InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.catalog import CatalogClient, NodePlan, System, by_price
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.fields import word

_MOST_OFFERS = 12


def image_words(image: str) -> str:
    """An image or operating system in one spelling: ``Ubuntu-24.04-Distro`` and ``ubuntu 24.04`` are the same."""
    return word(image).removesuffix(" distro")


def names_system(image: str, os: str | None, version: str | None, category: str | None) -> bool:
    """Whether an image is the one of this operating system."""
    parts = [part for part in (os, version) if part]
    if category and category != os:
        parts.insert(0, category)
    return image_words(image) == word(" ".join(parts))


def same_plan(wanted: str, short: str) -> bool:
    """Whether a short or long plan name stands for the plan with this short name."""
    return wanted.casefold() == short.casefold() or f"-{short.casefold()}-" in f"-{wanted.casefold()}-"


def rest_of_long_name(long: str, short: str) -> str:
    """What stands behind the short name of a plan in its long one: the system and the location. Empty for a short name."""
    return f"-{long.casefold()}".partition(f"-{short.casefold()}-")[2]


def offers(plans: t.Sequence[NodePlan]) -> str:
    """Plans with their prices for a message, the cheapest first."""
    names = list(dict.fromkeys(f"{plan.name} ({plan.price})" for plan in plans))
    more = f" and {len(names) - _MOST_OFFERS} more" if len(names) > _MOST_OFFERS else ""
    return ", ".join(names[:_MOST_OFFERS]) + more or "none"


class CatalogChoice:
    """Looks plans up, each question once, for several threads too."""

    def __init__(self, client: CatalogClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._systems: list[System] | None = None
        self._plans: dict[tuple[tuple[System, ...], frozenset[str] | None], list[NodePlan]] = {}

    def systems(self) -> list[System]:
        """The operating systems on offer."""
        with self._lock:
            if self._systems is None:
                self._systems = self._client.systems()
            return self._systems

    def choose(self, plan: str, image: str | None) -> NodePlan:
        """What to order.

        :param plan: a short or long name.
        :param image: an image or operating system, ``None`` when the long plan name is to tell.
        :raises InputError: there is no such plan or image, or it is out of stock; the message has what there is, with prices.
        :raises AmbiguousError: several differ in more than their names.
        """
        plans = self.plans_of(image) if image is not None else self._of_long_name(plan)
        found = [one for one in plans if plan.casefold() in (one.name.casefold(), one.id.casefold())]
        there = [one for one in found if one.available]
        if len(there) == 1:
            return there[0]
        if there:
            ids = ", ".join(f"{one.id} ({one.price})" for one in there)
            raise AmbiguousError(f"plan: {plan} stands for {len(there)} plans. Give the long name of one: {ids}.")
        ready = offers([one for one in plans if one.available])
        which = f" for {image}" if image else ""
        if found:
            raise InputError(f"plan: {plan} is out of stock{which} ({found[0].price}). In stock: {ready}.")
        raise InputError(f"plan: there is no plan {plan}{which} in this location. In stock: {ready}.")

    def plans(self, images: t.Sequence[str] | None, displays: t.Collection[str] | None) -> list[NodePlan]:
        """Every plan with one of these images, the cheapest first.

        :param images: ``None`` for all.
        :param displays: only these kinds of node, in lower case; ``None`` for all.
        :raises InputError: there is no such image.
        """
        if images is None:
            return self._plans_with(self.systems(), displays)
        found = {plan.id: plan for image in images for plan in self.plans_of(image, displays)}
        return sorted(found.values(), key=by_price)

    def plans_of(self, image: str, displays: t.Collection[str] | None = None) -> list[NodePlan]:
        """Every plan with an image, the cheapest first.

        :raises InputError: there is no such image; the message has those that there are.
        """
        wanted = image_words(image)
        systems = [system for system in self.systems() if names_system(image, system.os, system.version, system.category)]
        if systems:
            return self._plans_with(systems, displays)
        # The platform names images on its own; those of the systems whose name occurs in it are looked through.
        systems = [system for system in self.systems() if word(system.os) in wanted] or self.systems()
        plans = [plan for plan in self._plans_with(systems, displays) if image_words(plan.image) == wanted]
        if not plans:
            raise InputError(f"image: there is no image {image} in this location. There are: {candidates(map(str, self.systems()))}.")
        return plans

    def _of_long_name(self, plan: str) -> list[NodePlan]:
        name = word(plan)
        systems = [system for system in self.systems() if word(f"{system.os} {system.version}") in name]
        if not systems:
            raise InputError(f"image is needed with the plan {plan}: only its long name tells the image. There are: {candidates(map(str, self.systems()))}.")
        return self._plans_with(systems)

    def _plans_with(self, systems: t.Sequence[System], displays: t.Collection[str] | None = None) -> list[NodePlan]:
        key = (tuple(systems), None if displays is None else frozenset(displays))
        with self._lock:
            if key not in self._plans:
                self._plans[key] = self._client.plans(systems, displays)
            return self._plans[key]
