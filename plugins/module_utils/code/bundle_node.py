# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JavaScript text around a bundle's payload. It runs inside the function, on Node.js 18 and later.

Dependencies stay where the platform installed them. Every ``node_modules`` that the platform's own file could see is
linked above the restored files, nearest first, so ``require`` and ``import`` find what they would have found. The
``package.json`` that governs the platform's own file is copied, because its ``type`` decides how the restored files load.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

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

_NAME = r"([A-Za-z_$][\w$]{0,60})(?![\w$])"
_DECLARED = re.compile(r"^[ \t]*export\s+(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s*(?<=[\s*])" + _NAME, re.MULTILINE | re.ASCII)
# Further names of one declaration are read only if the platform looks for them (reference P.3, P.4).
_DECLARED_LATER = re.compile(r"^[ \t]*export\s+(?:const|let|var)\b[^;]{0,2000}?,\s*(handler|init)\s*=(?![=>])", re.MULTILINE)
_TAKEN_APART = re.compile(r"^[ \t]*export\s+(?:const|let|var)\s*[{\[]([^{}\[\]]*)[}\]]", re.MULTILINE)
_TAKEN_NAME = re.compile(r"(?:[^:=]*:\s*|\.\.\.\s*)?" + _NAME + r"\s*(?:=.*)?", re.ASCII | re.DOTALL)
_LISTED = re.compile(r"^[ \t]*export\s*\{([^{}]*)\}", re.MULTILINE)
_LISTED_NAME = re.compile(r"(?:.*\sas\s+)?" + _NAME, re.ASCII | re.DOTALL)
_NAMESPACE = re.compile(r"^[ \t]*export\s*\*\s*as\s+" + _NAME, re.MULTILINE | re.ASCII)
_FORWARDED = re.compile(r"""^[ \t]*export\s*\*\s*from\s*["'](\.{1,2}/[^"'\n]+)["']""", re.MULTILINE)
_COMMONJS = re.compile(r"^[ \t]*(?:module\.)?exports\." + _NAME + r"\s*=(?!=)", re.MULTILINE | re.ASCII)
_KEY = re.compile(_NAME + r"\s*(?::.*)?", re.ASCII | re.DOTALL)
_COMMONJS_LIST = re.compile(r"^[ \t]*module\.exports\s*=\s*\{([^{}]*)\}", re.MULTILINE)


def module_closing(files: t.Mapping[str, bytes], handler_name: str) -> str:
    """What follows the payload in an ES module: the default export, and the named ones that the handler's text declares.

    An ES module has to name its exports before it runs, so they are read from the text, and from the files it forwards
    with ``export * from``. A name found in a comment is exported as ``undefined``.
    """
    names: set[str] = set()
    pending, seen = [handler_name], {handler_name}
    while pending:
        path = pending.pop()
        text = files[path].decode("utf-8", "replace")
        names |= _exported(text)
        for target in _FORWARDED.findall(text):
            forwarded = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            if forwarded in files and forwarded not in seen:
                seen.add(forwarded)
                pending.append(forwarded)
    named = [f"const export{number} = handler.{name};\nexport {{ export{number} as {name} }};\n" for number, name in enumerate(sorted(names - {"default"}))]
    return _MODULE_CLOSING + "".join(named)


def _exported(text: str) -> set[str]:
    names = {*_DECLARED.findall(text), *_DECLARED_LATER.findall(text), *_NAMESPACE.findall(text), *_COMMONJS.findall(text)}
    for lists, item_name in ((_LISTED, _LISTED_NAME), (_TAKEN_APART, _TAKEN_NAME), (_COMMONJS_LIST, _KEY)):
        for listed in lists.findall(text):
            matches = (item_name.fullmatch(item.strip()) for item in listed.split(","))
            names.update(match[1] for match in matches if match)
    return names
