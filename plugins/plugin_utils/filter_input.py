# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What filters of this collection are given."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.characters import is_whole


def given_text(name: str, value: t.Any, what: str) -> str:
    """A text that a filter needs.

    :param name: of the filter, or of its option, to begin a message.
    :param what: what the text has to be, such as ``the text of a stack.yml``.
    :raises AnsibleFilterError: it is no text, or one with half of a character or a NUL.
    """
    if not isinstance(value, str):
        raise AnsibleFilterError(f"{name}: it wants {what}, and got a {type(value).__name__}.")
    if not is_whole(value) or "\0" in value:
        raise AnsibleFilterError(f"{name}: it wants {what}, and got characters that no text file and no path can hold.")
    return value
