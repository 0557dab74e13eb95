// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Second guess at how Express is started: as Express's own "hello world" does it, on the port that the platform keeps for itself.
const path = require("node:path");
const express = require("express");

const app = express();
app.use(express.json());
app.use("/static", express.static(path.join(__dirname, "public")));

app.get("/", (request, response) => response.json({ message: process.env.GREETING }));

app.post("/items", (request, response) => response.status(201).json({ name: request.body.name }));

app.use((error, request, response, next) => response.status(error.status ?? 500).json({ error: "bad request" }));

app.listen(process.env.PORT || 8080);
