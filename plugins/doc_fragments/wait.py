# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Options of modules that can wait for a state.
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the change has taken effect.
      - Without waiting, a failure of the platform after the request shows only in a later status.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait before the task fails. What was started goes on at the platform.
    type: int
    default: 600
"""
