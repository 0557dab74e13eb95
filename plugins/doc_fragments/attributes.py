# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What every module says about itself.
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and predict what a real run would do, without sending a write.
  diff_mode:
    description: Says in detail what changes, or in check mode would change.
  idempotent:
    description: When run twice in a row with the same arguments, the second run changes nothing.
  action_group:
    description: Use C(group/e2enetworks.cloud.all) in C(module_defaults) to set options of all modules of this collection at once.
    support: full
    membership:
      - e2enetworks.cloud.all
"""

    # For modules that only read.
    READ_ONLY = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - The module only reads.
  diff_mode:
    support: N/A
    details:
      - The module changes nothing.
  idempotent:
    support: full
    details:
      - The module changes nothing.
"""

    # For modules that can call an OpenFaaS gateway.
    GATEWAY = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/e2enetworks.cloud.all) in C(module_defaults) to set options of all modules of this collection at once,
      and C(group/e2enetworks.cloud.gateway) for those of the modules that can call an OpenFaaS gateway.
    support: full
    membership:
      - e2enetworks.cloud.all
      - e2enetworks.cloud.gateway
"""
