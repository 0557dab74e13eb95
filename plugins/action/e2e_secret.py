# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Ansible runs e2e_secret."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.bytecode import bytecode_kept
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.direct import DirectAction

with bytecode_kept():
    from ansible_collections.e2enetworks.cloud.plugins.modules import e2e_secret


class ActionModule(DirectAction):
    """The action of this module."""

    main = staticmethod(e2e_secret.main)
