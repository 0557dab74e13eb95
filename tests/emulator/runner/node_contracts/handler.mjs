// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Today's contract: export const handler = async (event, context) => answer (reference P.4).

import { pathToFileURL } from 'node:url';
import { failure, frame, serveFrames } from './frames.mjs';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
// What the documentation has of an answer (reference P.4). An API gateway takes more, such as multiValueHeaders: whether the platform does is not known.
const FIELDS = ['statusCode', 'headers', 'body', 'isBase64Encoded'];

function kind(value) {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
}

function isPlain(value) {
  if (value === null || typeof value !== 'object') return false;
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

// A plain object with statusCode is required; how strict the rest is, is our choice, on the strict side.
function reply(result) {
  if (!isPlain(result) || !('statusCode' in result)) {
    throw new TypeError(`the handler must return a plain object with statusCode, it returned ${kind(result)}`);
  }
  const { statusCode, isBase64Encoded = false } = result;
  const body = result.body ?? '';
  const headers = result.headers ?? {};
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new TypeError(`statusCode must be a whole number from 200 to 599, it is ${JSON.stringify(statusCode)}`);
  }
  if (typeof isBase64Encoded !== 'boolean') throw new TypeError(`isBase64Encoded must be true or false, it is ${kind(isBase64Encoded)}`);
  if (typeof body !== 'string') throw new TypeError(`body must be a string, it is ${kind(body)}: use JSON.stringify, or base64 with isBase64Encoded`);
  if (!isPlain(headers)) throw new TypeError(`headers must be a plain object, it is ${kind(headers)}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw new TypeError(`headers must hold strings, ${name} is ${kind(value)}`);
  }
  if (isBase64Encoded && !BASE64.test(body)) throw new TypeError('isBase64Encoded is true, and body is not base64');
  const unknown = Object.keys(result).filter((name) => !FIELDS.includes(name)).sort();
  if (unknown.length) console.error(`the answer's ${unknown.join(', ')} is left out: of an answer only ${FIELDS.join(', ')} are known`);
  const pairs = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  if (!pairs.some(([name]) => name.toLowerCase() === 'content-type')) {
    // What it is without one is not known: JSON as with the gateway that has this form, our choice.
    pairs.push(['Content-Type', isBase64Encoded ? 'application/octet-stream' : 'application/json']);
  }
  return frame(statusCode, pairs, Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

async function invoke(handler, head, body) {
  try {
    // The fields of context are not known: it is empty, our choice.
    return reply(await handler({ ...head.event, rawBody: body }, {}));
  } catch (error) {
    return failure(error);
  }
}

export async function serve(socketPath, entry) {
  const loaded = await import(pathToFileURL(entry).href);
  const name = entry.split('/').pop();
  if (typeof loaded.handler !== 'function') {
    const other = loaded.default === undefined ? '' : ' (it has a default export, which is not the entry point)';
    throw new TypeError(`${name} exports no function named handler: use export const handler = async (event, context) => ...${other}`);
  }
  if (typeof loaded.init === 'function') {
    // It exists and carries at least CORS settings (reference P.3); its signature and its keys are not known.
    console.error('init() is called once, and what it returns is ignored: its real form is not known');
    await loaded.init();
  }
  await serveFrames(socketPath, (head, body) => invoke(loaded.handler, head, body));
}
