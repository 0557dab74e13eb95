// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls as frames: one a connection, four bytes with the length of a JSON head, the head, the body; the answer likewise.

import net from 'node:net';

const JSON_TYPE = 'application/json';

export function frame(status, headers, body) {
  const head = Buffer.from(JSON.stringify({ status, headers, length: body.length }));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length);
  return Buffer.concat([size, head, body]);
}

export function problem(status, message) {
  return frame(status, [['Content-Type', JSON_TYPE]], Buffer.from(JSON.stringify({ message })));
}

// The answer to a call that failed; the platform's own is not known, our choice. The reason may hold a secret: it is for the log only.
export function failure(error) {
  console.error(error && error.stack ? error.stack : error);
  return problem(500, 'The function raised an error; its log has the details.');
}

function answer(invoke, connection) {
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
      invoke(head, take(size)).then((out) => connection.end(out));
    }
  });
}

// `invoke` takes the head and the body and resolves to the answer's frame; it never rejects.
export function serveFrames(socketPath, invoke) {
  return new Promise((resolve) => {
    net.createServer({ allowHalfOpen: true }, (connection) => answer(invoke, connection)).listen(socketPath, 128, resolve);
  });
}
