# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes below /items."""
from typing import Annotated, Optional

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

router = APIRouter(prefix="/items", tags=["items"])


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    tags: list[str] = []


class SoldOut(Exception):
    """Nothing is left of the item."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@router.get("/{item_id}")
def read_item(item_id: int, request: Request, tag: Annotated[Optional[list[str]], Query()] = None, q: Optional[str] = None) -> dict:
    names = request.app.state.storage.names
    if item_id not in names:
        raise HTTPException(status_code=404, detail="Item not found")
    return {"id": item_id, "name": names[item_id], "tag": tag or [], "q": q}


@router.post("/", status_code=201)
async def create_item(item: Item, response: Response) -> Item:
    if item.name == "gold":
        raise SoldOut(item.name)
    response.headers["X-Created"] = item.name
    response.set_cookie("last", item.name)
    response.set_cookie("seen", "yes")
    return item
