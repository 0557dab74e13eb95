// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Takes Markdown as text and returns HTML, with the time it takes to read it in a header.
import { marked } from 'marked';
import { readingTime } from './lib/reading-time.mjs';

export const handler = async (event) => {
  if (!event.body || event.isBase64Encoded) {
    return { statusCode: 400, body: JSON.stringify({ error: 'send Markdown as text/plain or text/markdown' }) };
  }
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'X-Reading-Time': readingTime(event.body) },
    body: marked.parse(event.body),
  };
};
