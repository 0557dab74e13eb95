# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful stand-in for the E2E Networks API on 127.0.0.1 that really runs the functions deployed to it."""

from __future__ import annotations

__version__ = "1.0.0"
