// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The process a Node.js function runs in.
// Usage: node node_worker.mjs CONTRACT SOCKET CONTROL_FD ENTRY
// Calls arrive on the unix socket SOCKET: as frames (contracts handle and handler), or as HTTP (server). CONTROL_FD tells
// the emulator that the function is loaded, or why it is not, and its end means that the emulator is gone.

import net from 'node:net';
import process from 'node:process';

const [contract, socketPath, controlFd, entry] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, entry);

const control = new net.Socket({ fd: Number(controlFd), readable: true, writable: true });
const gone = () => process.kill(0, 'SIGKILL');
control.on('end', gone).on('error', gone).resume();
// A module that leaves nothing to wait for must not be waited for because of this channel.
control.unref();

try {
  const { serve } = await import(`./node_contracts/${contract}.mjs`);
  await serve(socketPath, entry);
  control.ref();
  control.write(`${JSON.stringify({ ready: true })}\n`);
} catch (error) {
  console.error(error && error.stack ? error.stack : error);
  control.write(`${JSON.stringify({ error: String(error).split('\n')[0] })}\n`, () => process.exit(1));
}
