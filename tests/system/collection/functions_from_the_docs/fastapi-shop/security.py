# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: a dependency with a dependency of its own."""
import os
from typing import Annotated

from fastapi import Depends, Header, HTTPException
from pydantic import BaseModel


class User(BaseModel):
    name: str


def token(x_token: Annotated[str, Header()]) -> str:
    return x_token


def current_user(given: Annotated[str, Depends(token)]) -> User:
    if given != os.environ["SHOP_TOKEN"]:
        raise HTTPException(status_code=403, detail="wrong token")
    return User(name="asha")
