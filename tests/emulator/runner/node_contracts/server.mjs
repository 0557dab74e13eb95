// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Express and other HTTP servers. Neither the file's name nor how the platform starts it is known (reference P.5), our choice:
// a module that listens on the port in PORT, or one that exports its app (app, or the default export) and is listened for.

import http from 'node:http';
import net from 'node:net';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const LISTEN_SECONDS = 5;

function asked(first) {
  return Number(first !== null && typeof first === 'object' ? first.port : first);
}

function application(loaded) {
  return [loaded.app, loaded.default?.app, loaded.default].find((one) => typeof one === 'function' || typeof one?.listen === 'function');
}

// Rejects when the time is over, or sooner when there is nothing left that could still begin to listen.
function late(text) {
  return new Promise((unused, reject) => {
    const give = () => reject(new Error(text()));
    process.once('beforeExit', give);
    setTimeout(give, LISTEN_SECONDS * 1000).unref();
  });
}

export async function serve(socketPath, entry) {
  const port = Number(process.env.PORT);
  const listen = net.Server.prototype.listen;
  let ours = null;
  let isListening = false;
  let elsewhere = '';
  const listening = new Promise((resolve) => {
    // PORT is the same in every function, as in a container of its own: whoever listens on it gets the worker's socket.
    net.Server.prototype.listen = function redirected(...args) {
      if (asked(args[0]) !== port) {
        this.once('listening', () => { elsewhere = `, but on ${this.address().port ?? this.address()}`; });
        return listen.apply(this, args);
      }
      ours?.close?.(); // the module listens after all, later than its import
      ours = null;
      isListening = true;
      this.once('listening', resolve);
      return listen.call(this, socketPath, ...args.filter((one) => typeof one === 'function'));
    };
  });
  const app = application(await import(pathToFileURL(entry).href));
  if (!isListening && app) ours = (typeof app.listen === 'function' ? app : http.createServer(app)).listen({ port });
  await Promise.race([listening, late(() => `${entry.split('/').pop()} neither exports an application (app, or the default export) nor `
    + `listens on the port in PORT${elsewhere}`)]);
}
