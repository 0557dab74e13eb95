# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: faas_source_digest
short_description: Tell a directory's content by a digest
version_added: 0.1.0
description:
  - Gives a digest over the names and contents of the files in a directory. Time stamps, file modes and the order of files make no difference.
  - A C(.faasignore) file in the directory names what to leave out. C(.git), C(__pycache__), C(node_modules) and virtual environments are
    left out, as M(e2enetworks.cloud.e2e_faas_function) does, and so are files that hold credentials. Reading a C(.faasignore) needs the Python
    library pathspec 0.12 or newer.
  - Part of a tag, it makes an image's name change exactly when its source does.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
positional: _input
options:
  _input:
    description: Path of the directory.
    type: path
    required: true
  include:
    description: Shell patterns of files and directories that count although they are left out by default.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show the tag that this version of the source gets
  ansible.builtin.debug:
    msg: "{{ 'functions/hello' | e2enetworks.cloud.faas_source_digest | regex_replace('^sha256:(.{12}).*', '\\1') }}"
"""

RETURN = r"""
_value:
  description: The digest, C(sha256:) and 64 hexadecimal digits.
  type: str
"""

import typing as t
from pathlib import Path

from ansible.errors import AnsibleFilterError

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import content_digest, read_directory
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.plugin_utils.filter_input import given_text


def faas_source_digest(path: str, include: t.Sequence[str] = ()) -> str:
    """The digest of a directory's files.

    :param include: patterns of what counts although it is left out by default.
    """
    try:
        folder = Path(given_text("faas_source_digest", path, "the path of a directory"))
        return content_digest((file.path, file.content) for file in read_directory(folder, include=include).files)
    except E2EError as error:
        raise AnsibleFilterError(error.message) from None


class FilterModule:
    """Filters of this collection."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"faas_source_digest": faas_source_digest}
