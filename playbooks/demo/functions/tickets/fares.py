# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fares by class and distance."""

from __future__ import annotations

from pydantic import BaseModel, Field

RUPEES_PER_KM = {"sleeper": 0.75, "3A": 1.9, "2A": 2.8}


class Fare(BaseModel):
    """A journey."""

    km: float = Field(gt=0, le=4300)
    travel_class: str = "sleeper"
    passengers: int = Field(1, ge=1, le=6)


def fare(wanted: Fare) -> float:
    """What it costs, in rupees.

    :raises KeyError: there is no such class.
    """
    return round(wanted.km * RUPEES_PER_KM[wanted.travel_class] * wanted.passengers, 2)
