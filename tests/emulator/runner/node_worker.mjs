// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The process a Node.js function runs in.
// Usage: node node_worker.mjs SOCKET CONTROL_FD ENTRY
// Calls arrive on the unix socket SOCKET, one a connection: four bytes with the length of a JSON head, the head, the
// body; the answer has the same form. CONTROL_FD tells the emulator that the handler is loaded, or why it is not, and
// its end means that the emulator is gone.

import net from 'node:net';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [socketPath, controlFd, entry] = process.argv.slice(2);
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/html; charset=utf-8';

const control = new net.Socket({ fd: Number(controlFd), readable: true, writable: true });
const gone = () => process.kill(0, 'SIGKILL');
control.on('end', gone).on('error', gone).resume();

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

function frame(status, headers, body) {
  const head = Buffer.from(JSON.stringify({ status, headers, length: body.length }));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length);
  return Buffer.concat([size, head, body]);
}

function failure(error) {
  console.error(error && error.stack ? error.stack : error);
  const text = { message: 'The function raised an error; its log has the details.', error: String(error) };
  return frame(500, [['Content-Type', JSON_TYPE]], Buffer.from(JSON.stringify(text)));
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
      resolve(frame(400, [['Content-Type', JSON_TYPE]], Buffer.from(JSON.stringify({ message: 'The body is not JSON.', error: String(error) }))));
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

function answer(handler, connection) {
  let chunks = [];
  let size = 0;
  let head = null;
  const take = (length) => {
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(length)];
    size -= length;
    return all.subarray(0, length);
  };
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (head === null && size >= 4) {
      const length = Buffer.concat(chunks).readUInt32BE(0);
      if (size < 4 + length) return;
      head = JSON.parse(take(4 + length).subarray(4).toString('utf8'));
    }
    if (head !== null && size === head.length) {
      invoke(handler, head, take(size)).then((out) => connection.end(out));
    }
  });
}

function pick(loaded) {
  const candidates = [loaded.default, loaded.default?.default, loaded.default?.handler, loaded.handler, loaded.handle];
  const handler = candidates.find((one) => typeof one === 'function');
  if (!handler) throw new Error(`${entry.split('/').pop()} exports no function: use module.exports = async (event, context) => ..., or export default`);
  return handler;
}

try {
  const handler = pick(await import(pathToFileURL(entry).href));
  net.createServer({ allowHalfOpen: true }, (connection) => answer(handler, connection)).listen(socketPath, 128, () => {
    control.write(`${JSON.stringify({ ready: true })}\n`);
  });
} catch (error) {
  console.error(error && error.stack ? error.stack : error);
  control.write(`${JSON.stringify({ error: String(error).split('\n')[0] })}\n`, () => process.exit(1));
}
