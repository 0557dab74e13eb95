// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
// Files on Node: uploads through a parser from npm, answers as streams of bytes, and `/event`, which shows what the platform hands over.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { parts } from "./lib/parts.mjs";

const prices = JSON.parse(await readFile(new URL("./prices.json", import.meta.url), "utf8"));

const json = (statusCode, content, headers = {}) => ({
  statusCode,
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(content),
});

async function zipped(bytes) {
  const pieces = [];
  await pipeline(Readable.from([bytes]), createGzip(), async (source) => {
    for await (const piece of source) pieces.push(piece);
  });
  return Buffer.concat(pieces);
}

class Page {
  constructor() {
    this.statusCode = 200;
    this.body = "a page";
  }
}

export const handler = async (event, context) => {
  switch (event.path) {
    case "/event": {
      const { rawBody, ...rest } = event;
      return json(200, { ...rest, rawBody: rawBody.toString("base64"), rawBodyIsBuffer: Buffer.isBuffer(rawBody) });
    }
    case "/greeting":
      return json(200, { greeting: process.env.GREETING, missing: process.env.NEVER_SET ?? null });
    case "/prices":
      return json(200, prices);
    case "/upload":
      return json(200, await parts(event.headers, event.rawBody));
    case "/digest":
      return json(200, {
        size: event.rawBody.length,
        sha256: createHash("sha256").update(event.rawBody).digest("hex"),
        sameAsBody: Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").equals(event.rawBody),
      });
    case "/zip":
      return {
        statusCode: 200,
        headers: { "Content-Type": "application/gzip" },
        body: (await zipped(event.rawBody)).toString("base64"),
        isBase64Encoded: true,
      };
    case "/cookies":
      return { statusCode: 200, multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] }, body: "two cookies" };
    case "/orders": {
      const order = JSON.parse(event.body);
      return json(201, { id: order.id, city: order.city }, { Location: `/orders/${order.id}` });
    }
    case "/nothing":
      return { statusCode: 204 };
    case "/crash":
      throw new Error("the secret ingredient is 42");
    case "/text":
      return "just a text";
    case "/without-status":
      return { body: "no status" };
    case "/list":
      return [200, "a list"];
    case "/page":
      return new Page();
    default:
      return json(404, { error: `no ${event.path} here` });
  }
};
