// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from "node:crypto";
import busboy from "busboy";

// The form's parts by their names; a file as its size, digest and media type.
export function parts(headers, bytes) {
  return new Promise((resolve, reject) => {
    const found = {};
    const parser = busboy({ headers });
    parser.on("field", (name, value) => {
      found[name] = value;
    });
    parser.on("file", (name, stream, { filename, mimeType }) => {
      const hash = createHash("sha256");
      let size = 0;
      stream.on("data", (piece) => {
        size += piece.length;
        hash.update(piece);
      });
      stream.on("end", () => {
        found[name] = { size, sha256: hash.digest("hex"), media_type: mimeType, filename };
      });
    });
    parser.on("close", () => resolve(found));
    parser.on("error", reject);
    parser.end(bytes);
  });
}
