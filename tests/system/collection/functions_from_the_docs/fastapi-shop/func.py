# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shop as an application of FastAPI."""
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Request, UploadFile
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, StreamingResponse

import items
from security import User, current_user
from storage import Storage


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.storage = Storage.load()
    app.state.jobs = []
    yield


app = FastAPI(title="Shop", lifespan=lifespan)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://shop.example"],
    allow_methods=["GET", "POST"],
    allow_headers=["X-Token"],
)
app.include_router(items.router)


@app.exception_handler(items.SoldOut)
async def sold_out(request: Request, error: items.SoldOut) -> JSONResponse:
    return JSONResponse(status_code=409, content={"sold_out": error.name})


@app.get("/")
async def root() -> dict:
    return {"message": "Hello World"}


@app.get("/me")
def me(user: Annotated[User, Depends(current_user)]) -> User:
    return user


@app.post("/pictures")
async def picture(file: Annotated[UploadFile, File()], title: Annotated[str, Form()]) -> dict:
    content = await file.read()
    return {
        "title": title,
        "filename": file.filename,
        "media_type": file.content_type,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }


@app.post("/raw")
async def raw(request: Request) -> dict:
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return {"size": size, "media_type": request.headers.get("content-type")}


@app.get("/rows.csv")
async def rows(count: int = 3) -> StreamingResponse:
    async def lines():
        yield b"id,square\n"
        for number in range(count):
            yield f"{number},{number * number}\n".encode()

    return StreamingResponse(lines(), media_type="text/csv")


@app.post("/jobs", status_code=202)
async def job(request: Request, background: BackgroundTasks) -> dict:
    background.add_task(request.app.state.jobs.append, "done")
    return {"accepted": True}


@app.get("/jobs")
async def jobs(request: Request) -> list[str]:
    return request.app.state.jobs


@app.get("/crash")
async def crash() -> dict:
    raise RuntimeError("the secret ingredient is 42")
