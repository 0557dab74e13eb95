// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// First guess at how Express is started: as the other frameworks, by the name `app`, in the file of the other Node runtimes.
import express from "express";
import { fileURLToPath } from "node:url";
import { items } from "./routes/items.mjs";

export const app = express();
app.disable("x-powered-by");
app.use(express.json());
app.use("/static", express.static(fileURLToPath(new URL("./public", import.meta.url))));
app.use("/items", items);

app.get("/", (request, response) => response.json({ message: process.env.GREETING }));

app.get("/query", (request, response) => response.json({ query: request.query, path: request.path }));

app.post("/raw", express.raw({ type: "image/*" }), (request, response) => {
  response.json({ size: request.body.length, media_type: request.get("content-type") });
});

app.get("/crash", () => {
  throw new Error("the secret ingredient is 42");
});

app.use((request, response) => response.status(404).json({ error: `nothing at ${request.path}` }));

app.use((error, request, response, next) => {
  response.status(error.status ?? 500).json({ error: error.status ? "bad request" : "our fault" });
});

export default app;
