# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A multipart form as a body that is sent from where it lies: ``requests`` would put it together in memory, a file of it several times."""

from __future__ import annotations

import importlib
import io
import typing as t

# The parts of a multipart form by their names, each with a file name (``None`` for a plain field) and its content.
Form = t.Mapping[str, tuple[t.Optional[str], t.Union[str, bytes]]]


class FormBody:
    """What ``requests`` takes as a stream of known length.

    :param form: its parts.
    """

    def __init__(self, form: Form) -> None:
        urllib3 = importlib.import_module("urllib3")
        fields = importlib.import_module("urllib3.fields")
        boundary: str = urllib3.filepost.choose_boundary()
        parts: list[bytes] = []
        for name, (filename, content) in form.items():
            field = fields.RequestField(name, b"", filename)
            field.make_multipart(content_type=None)
            parts += [f"--{boundary}\r\n{field.render_headers()}".encode(), content.encode() if isinstance(content, str) else content, b"\r\n"]
        self._parts = [memoryview(part) for part in (*parts, f"--{boundary}--\r\n".encode())]
        self._length = sum(map(len, self._parts))
        #: For the header of this name.
        self.content_type = f"multipart/form-data; boundary={boundary}"

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> t.Iterator[bytes]:
        while piece := self.read(io.DEFAULT_BUFFER_SIZE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most so many."""
        left, taken = self._length if size < 0 else size, []
        while left and self._parts:
            part = self._parts.pop(0)
            taken.append(part[:left])
            if len(part) > left:
                self._parts.insert(0, part[left:])
            left -= len(taken[-1])
        return b"".join(taken)
