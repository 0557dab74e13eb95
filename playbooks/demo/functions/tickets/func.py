# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a train ticket costs. An app of FastAPI with its own routes; /docs describes them."""

from __future__ import annotations

from fares import Fare, fare
from fastapi import FastAPI, HTTPException

app = FastAPI(title="Tickets")


@app.get("/")
def about() -> dict[str, str]:
    return {"message": "POST a journey to /quote"}


@app.post("/quote")
def quote(wanted: Fare) -> dict[str, float]:
    try:
        return {"fare": fare(wanted)}
    except KeyError as error:
        raise HTTPException(404, f"there is no class {error}") from None
