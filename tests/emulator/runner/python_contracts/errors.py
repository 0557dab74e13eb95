# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an error of the function is told: in full to the log, in one line to the emulator, and not to who calls."""

from __future__ import annotations

import json
import os
import sys
import traceback
from types import TracebackType
from typing import Optional

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = (HERE + os.sep, os.path.join(os.path.dirname(HERE), "python_worker.py"))


def visible(error: BaseException) -> str:
    """The traceback without the frames of the worker itself and of the import machinery."""

    def hidden(tb: Optional[TracebackType]) -> bool:
        if tb is None:
            return False
        name = tb.tb_frame.f_code.co_filename
        return os.path.abspath(name).startswith(OURS) or name.startswith("<frozen importlib") or "importlib" in name.split(os.sep)

    tb = error.__traceback__
    while hidden(tb):
        tb = tb.tb_next if tb is not None else None
    return "".join(traceback.format_exception(type(error), error, tb))


def one_line(error: BaseException) -> str:
    text = str(error).strip()
    return "%s: %s" % (type(error).__name__, text.splitlines()[0]) if text else type(error).__name__


def failure(error: BaseException) -> tuple[int, list[tuple[str, str]], bytes]:
    """The answer to a call that failed; the platform's own is not known, our choice. The reason may hold a secret: it is for the log only."""
    sys.stderr.write(visible(error))
    content = {"message": "The function raised an error; its log has the details."}
    return 500, [("Content-Type", "application/json")], json.dumps(content).encode()
