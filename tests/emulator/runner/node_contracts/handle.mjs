// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The contract of the CLI of 2024: module.exports = (event, context, callback), or export default.

import { pathToFileURL } from 'node:url';
import { failure, frame, problem, serveFrames } from './frames.mjs';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/html; charset=utf-8';

class Context {
  constructor(settle) {
    this.statusCode = 200;
    this.headerValues = {};
    this.settle = settle;
  }

  status(code) {
    if (code === undefined) return this.statusCode;
    this.statusCode = code;
    return this;
  }

  headers(values) {
    if (values === undefined) return this.headerValues;
    this.headerValues = values;
    return this;
  }

  succeed(value) {
    this.settle(null, value);
  }

  fail(value) {
    if (Number(this.statusCode) === 200) this.statusCode = 500;
    this.settle({ failed: value }, undefined);
  }
}

function parseBody(headers, body) {
  const type = (headers['content-type'] || '').split(';')[0].trim().toLowerCase();
  if (body.length === 0) return {};
  if (type === JSON_TYPE || type.endsWith('+json')) return JSON.parse(body.toString('utf8'));
  if (type === 'application/x-www-form-urlencoded') return gather([...new URLSearchParams(body.toString('utf8'))]);
  if (type.startsWith('text/')) return body.toString('utf8');
  return body;
}

function gather(pairs) {
  const result = {};
  for (const [name, value] of pairs) {
    if (!Object.hasOwn(result, name)) result[name] = value;
    else result[name] = [].concat(result[name], value);
  }
  return result;
}

function encode(value) {
  if (value === undefined || value === null) return [Buffer.alloc(0), TEXT_TYPE];
  if (value instanceof Uint8Array) return [Buffer.from(value), 'application/octet-stream'];
  if (typeof value === 'object') return [Buffer.from(JSON.stringify(value)), JSON_TYPE];
  return [Buffer.from(String(value)), TEXT_TYPE];
}

function success(context, value) {
  const status = Number(context.status());
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new Error(`the status must be from 200 to 599, the handler set ${context.status()}`);
  }
  const [body, type] = encode(value);
  const headers = Object.entries(context.headers() || {}).flatMap(([name, values]) => [].concat(values).map((one) => [name, String(one)]));
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['Content-Type', type]);
  return frame(status, headers, body);
}

function invoke(handler, head, body) {
  return new Promise((resolve) => {
    let settled = false;
    let context;
    const settle = (problem, value) => {
      if (settled) return;
      settled = true;
      try {
        if (problem && 'failed' in problem) {
          console.error(problem.failed);
          const reason = problem.failed instanceof Error ? problem.failed.toString() : problem.failed;
          resolve(success(context, reason));
        } else {
          resolve(success(context, value));
        }
      } catch (error) {
        resolve(failure(error));
      }
    };
    const raised = (error) => {
      if (settled) console.error(error);
      settled = true;
      resolve(failure(error));
    };
    context = new Context(settle);
    const callback = (error, value) => (error ? context.fail(error) : context.succeed(value));
    const headers = {};
    for (const [name, value] of head.headers) {
      const key = name.toLowerCase();
      headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
    }
    let parsed;
    try {
      parsed = parseBody(headers, body);
    } catch (error) {
      resolve(problem(400, `The body is not JSON: ${error.message}`));
      return;
    }
    const event = { body: parsed, headers, method: head.method, query: gather(head.query), path: head.path };
    let result;
    try {
      result = handler(event, context, callback);
    } catch (error) {
      raised(error);
      return;
    }
    // A handler that takes a callback may answer later and return nothing now.
    const waits = handler.length > 2 && result === undefined;
    if (!waits) Promise.resolve(result).then((value) => settle(null, value), raised);
  });
}

function pick(entry, loaded) {
  const candidates = [loaded.default, loaded.default?.default, loaded.default?.handler, loaded.handler, loaded.handle];
  const handler = candidates.find((one) => typeof one === 'function');
  if (!handler) throw new Error(`${entry.split('/').pop()} exports no function: use module.exports = async (event, context) => ..., or export default`);
  return handler;
}

export async function serve(socketPath, entry) {
  const handler = pick(entry, await import(pathToFileURL(entry).href));
  await serveFrames(socketPath, (head, body) => invoke(handler, head, body));
}
