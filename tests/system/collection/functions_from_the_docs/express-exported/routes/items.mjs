// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
import { Router } from "express";

export const items = Router();
const names = new Map([["1", "lamp"]]);

items.get("/:id", (request, response) => {
  const name = names.get(request.params.id);
  if (name === undefined) {
    return response.status(404).json({ error: "no such item" });
  }
  response.json({ id: request.params.id, name });
});

items.post("/", (request, response) => {
  const id = String(names.size + 1);
  names.set(id, request.body.name);
  response.status(201).location(`/items/${id}`).cookie("last", id).cookie("seen", "yes").json({ id });
});
