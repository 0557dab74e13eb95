# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the pip bootstrap script which ansible-test downloads: pip comes from Python's own ensurepip instead.

ansible-test passes pip's options and the packages to install, with options meant for the real script among them.
"""

from __future__ import annotations

import subprocess
import sys

if __name__ == "__main__":
    # In a process of its own: it switches the user's pip configuration off for the process in which it runs.
    subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"])
    packages = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    subprocess.check_call([sys.executable, "-m", "pip", "--disable-pip-version-check", "install", *packages])
