# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python text around a bundle's payload. It runs inside the function, on Python 3.9 and later.

The restored handler is executed in the namespace of the module that the platform imports, so ``handle`` is there.
Its file name and ``__file__`` are those of the restored file: tracebacks are right and data files are found beside it.
The restored directory comes first on ``sys.path``, and first in the ``__path__`` of the platform's package, which
serves ``import util``, ``from . import util`` and ``from function.util import x``. An ``__init__.py`` at the top of
the source directory is restored but not run: the platform's own package is already there. A forked worker shares its
parent's directory and does not remove it.
"""

from __future__ import annotations

OPENING = '''

def _e2e_restore(payload):
    import atexit
    import base64
    import json
    import os
    import shutil
    import sys
    import tempfile
    import zlib

    head, content = zlib.decompress(base64.b64decode(payload)).split(b"\\n", 1)
    header = json.loads(head)
    root = tempfile.mkdtemp(prefix="e2e-function-")
    owner = os.getpid()

    def remove():
        if os.getpid() == owner:
            shutil.rmtree(root, ignore_errors=True)

    atexit.register(remove)
    offset = 0
    for name, size in header["files"]:
        path = os.path.join(root, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content[offset:offset + size])
        offset += size

    scope = globals()
    sys.path.insert(0, root)
    package = sys.modules.get(scope.get("__package__") or "")
    if hasattr(package, "__path__"):
        package.__path__ = [root] + list(package.__path__)
    handler = os.path.join(root, header["handler"])
    scope["__file__"] = handler
    del scope["_e2e_restore"]
    with open(handler, "rb") as file:
        return compile(file.read(), handler, "exec", dont_inherit=True)


exec(_e2e_restore("""
'''

CLOSING = '\n"""))\n'
