# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JavaScript text around a bundle's payload. It runs inside the function, on Node.js 18 and later.

Dependencies stay where the platform installed them. Every ``node_modules`` that the platform's own file could see is
linked above the restored files, nearest first, so ``require`` and ``import`` find what they would have found. The
``package.json`` that governs the platform's own file is copied, because its ``type`` decides how the restored files load.
"""

from __future__ import annotations

import re

_RESTORE = """
function restore(payload, here) {
  const raw = zlib.inflateSync(Buffer.from(payload, 'base64'));
  const split = raw.indexOf(10);
  const header = JSON.parse(raw.toString('utf8', 0, split));
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'e2e-function-'));
  process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));

  const installed = [];
  const manifests = [];
  for (let at = here, last = ''; at !== last; last = at, at = path.dirname(at)) {
    const modules = path.join(at, 'node_modules');
    const manifest = path.join(at, 'package.json');
    if (fs.existsSync(modules)) installed.unshift(modules);
    if (fs.existsSync(manifest)) manifests.push(manifest);
  }
  let home = root;
  for (const modules of installed) {
    fs.symlinkSync(modules, path.join(home, 'node_modules'), 'dir');
    home = path.join(home, 'function');
    fs.mkdirSync(home);
  }
  if (manifests.length) fs.copyFileSync(manifests[0], path.join(home, 'package.json'));

  let offset = split + 1;
  for (const [name, size] of header.files) {
    const file = path.join(home, ...name.split('/'));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, raw.subarray(offset, offset + size));
    offset += size;
  }
  return path.join(home, header.handler);
}
"""

COMMONJS_OPENING = f"""'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
{_RESTORE}
module.exports = require(restore(`
"""

COMMONJS_CLOSING = "\n`, __dirname));\n"

MODULE_OPENING = f"""import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {{ fileURLToPath, pathToFileURL }} from 'node:url';
import zlib from 'node:zlib';
{_RESTORE}
const handler = await import(pathToFileURL(restore(`
"""

_MODULE_CLOSING = """
`, path.dirname(fileURLToPath(import.meta.url)))).href);

export default handler.default;
"""

_DECLARED = re.compile(
    r"^export\s+(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s*(?<=[\s*])([A-Za-z_$][\w$]{0,60})(?![\w$])", re.MULTILINE | re.ASCII
)
_LISTED = re.compile(r"^export\s*\{([^{}]*)\}", re.MULTILINE)
_LISTED_NAME = re.compile(r"(?:.*\sas\s+)?([A-Za-z_$][\w$]{0,60})", re.ASCII | re.DOTALL)


def module_closing(handler: str) -> str:
    """What follows the payload in an ES module: the default export, and the named ones that the handler's text declares.

    An ES module has to name its exports before it runs, so they are read from the text. A name found in a
    comment is exported as ``undefined``; ``export *`` is not followed.
    """
    names = set(_DECLARED.findall(handler))
    for listed in _LISTED.findall(handler):
        for item in listed.split(","):
            match = _LISTED_NAME.fullmatch(item.strip())
            if match:
                names.add(match[1])
    named = [f"const export{number} = handler.{name};\nexport {{ export{number} as {name} }};\n" for number, name in enumerate(sorted(names - {"default"}))]
    return _MODULE_CLOSING + "".join(named)
