// Copyright: (c) 2026, the e2enetworks.cloud contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

// Takes Markdown as text and returns HTML, with the time it takes to read it in a header.
const { marked } = require('marked');
const { readingTime } = require('./lib/reading-time');

module.exports = async (event, context) => {
  if (typeof event.body !== 'string') {
    return context.status(400).succeed({ error: 'send Markdown as text/plain or text/markdown' });
  }
  return context
    .status(200)
    .headers({ 'Content-Type': 'text/html; charset=utf-8', 'X-Reading-Time': readingTime(event.body) })
    .succeed(marked.parse(event.body));
};
