#!/usr/bin/python

# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: e2e_faas_package
short_description: Build the ZIP archive of a function for MyAccount
version_added: 0.1.0
description:
  - Packs a source directory as the upload form of MyAccount wants it, with one root directory, the file names that the runtime
    requires, at most 50 MB compressed and 200 MB extracted, and none of the file types that the platform refuses.
  - The same content always gives the same archive, byte for byte, whatever the time stamps and the order of the files. An archive that holds
    that content already stays as it is, and is not packed again to find that out.
  - Today's runtimes want C(func.py) for Python, C(index.mjs) for Node.js, C(handle.go), C(Handler.cs), C(index.php) and C(Dockerfile).
    Those of the vendor's CLI of 2024 have C(handler.py) and C(handler.js). A missing C(requirements.txt) or C(package.json) is added
    without content.
  - Lock files of package managers, C(.git), C(__pycache__), C(node_modules) and virtual environments are left out, as
    M(e2enetworks.cloud.e2e_faas_function) does. So are files that hold credentials, such as C(.env), C(.npmrc), C(.netrc), C(.aws),
    C(id_rsa) and private keys, with a warning that names them. O(include) brings one back.
  - To deploy a directory, use M(e2enetworks.cloud.e2e_faas_function). It needs no archive from this module.
author:
  - e2enetworks.cloud contributors (@e2enetworks)
extends_documentation_fragment:
  - e2enetworks.cloud.attributes
  - e2enetworks.cloud.connection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Lists the files that are added, removed and changed in the archive.
  idempotent:
    support: full
options:
  src:
    description:
      - Directory with the function, on the machine that runs the module. A C(.faasignore) file names what to leave out.
        Reading such a file needs the Python library pathspec 0.12 or newer.
    type: path
    required: true
  include:
    description:
      - Shell patterns of the names, or with a slash of the paths below O(src), of files and directories to pack although they are left out
        by default, such as V(.npmrc).
      - A line such as C(!.npmrc) in the C(.faasignore) file does the same.
    type: list
    elements: str
  dest:
    description:
      - The archive to write, or an existing directory to write it into as C(<name>.zip).
    type: path
    required: true
  runtime:
    description:
      - Runtime that the function is for. It decides which file names are required.
      - The API is asked only about a runtime whose files this collection does not know.
    type: str
    required: true
  name:
    description:
      - Name of the root directory in the archive. Without it, the name of O(src).
    type: str
seealso:
  - module: e2enetworks.cloud.e2e_faas_function
"""

EXAMPLES = r"""
- name: Pack a function with func.py, which defines handler(event, context)
  e2enetworks.cloud.e2e_faas_package:
    src: functions/invoice
    dest: "{{ output_directory }}/invoice.zip"
    runtime: python-3.11-http
  register: package

- name: Show what went in
  ansible.builtin.debug:
    var: package.files

- name: Pack a FastAPI application with func.py, which defines app
  e2enetworks.cloud.e2e_faas_package:
    src: functions/shop
    dest: "{{ output_directory }}/shop.zip"
    runtime: python-3.11-fastapi

- name: Pack a function for Node.js with index.mjs, which exports handler
  e2enetworks.cloud.e2e_faas_package:
    src: functions/greeter
    dest: "{{ output_directory }}/greeter.zip"
    runtime: node-20-http

- name: Pack a function of the vendor's CLI of 2024 with handler.py, which defines handle(event, context)
  e2enetworks.cloud.e2e_faas_package:
    src: functions/legacy
    dest: "{{ output_directory }}/legacy.zip"
    runtime: python3-http-debian
"""

RETURN = r"""
path:
  description: Path of the archive.
  returned: success
  type: str
sha256:
  description: SHA-256 of the archive.
  returned: success
  type: str
size:
  description: Size of the archive in bytes.
  returned: success
  type: int
files:
  description: Paths of the files in it, below the root directory.
  returned: success
  type: list
  elements: str
  sample: [func.py, rates/table.json, requirements.txt]
actions:
  description: What was done, or in check mode would be done, one sentence each.
  returned: success
  type: list
  elements: str
diff:
  description: The changes, as shown with C(--diff). An empty list when nothing changes.
  returned: success
  type: list
  elements: dict
error:
  description: The machine-readable part of a failure, with C(code), C(http_status) and C(outcome_known).
  returned: on failure
  type: dict
"""

import hashlib
import io
import os
import tempfile
import typing as t
import zipfile
import zlib
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.archive import MAX_ARCHIVE_BYTES, build_zip, check_root_name, is_archive_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import directory_members
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import SourceLayout, layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.files import MEBIBYTE, open_regular
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.module import ArgumentSpec, CloudModule, run_module
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import canonical_runtime, layout_of

SPEC: ArgumentSpec = {
    "src": {"type": "path", "required": True},
    "include": {"type": "list", "elements": "str"},
    "dest": {"type": "path", "required": True},
    "runtime": {"type": "str", "required": True},
    "name": {"type": "str"},
}


def layout_for_runtime(module: CloudModule) -> SourceLayout:
    """The files that the runtime requires; the API is asked only when the runtime is not a known one."""
    runtime = module.params["runtime"]
    layout = layout_of(runtime)
    if layout.language != "unknown":
        return layout
    offered = FunctionsClient(module.transport).runtimes() or []
    for entry in offered:
        if canonical_runtime(runtime).lower() in (entry.id.lower(), entry.label.lower()):
            return layout_for(entry.id, entry.dependency_file, entry.code_template)
    raise InputError(f"runtime: {runtime!r} is not one that the server offers. Accepted: {', '.join(entry.id for entry in offered)}.")


def listed(archive: zipfile.ZipFile | None) -> dict[str, int]:
    """Checksums by path; empty for what is not an archive."""
    return {} if archive is None else {entry.filename.partition("/")[2]: entry.CRC for entry in archive.infolist()}


def diff(path: Path, before: t.Mapping[str, int], after: t.Mapping[str, int]) -> list[dict[str, str]]:
    """The change of the archive as two lists of files with their checksums."""
    sides = ["".join(f"{name} {checksum:08x}\n" for name, checksum in sorted(entries.items())) for entries in (before, after)]
    return [{"before_header": str(path), "after_header": str(path), "before": sides[0], "after": sides[1]}]


def open_archive(path: Path) -> zipfile.ZipFile | None:
    """The archive that is there; ``None`` when nothing is, or something else.

    :raises InputError: it cannot be read.
    """
    if not path.exists():
        return None
    try:
        file = open_regular(path)
    except OSError as error:
        raise InputError(f"dest: cannot read {path}: {error.strerror}.") from None
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        file.close()
        return None


def is_same(path: Path, there: zipfile.ZipFile | None, members: t.Sequence[SourceFile], name: str) -> bool:
    """Whether the archive that is there says the same as the one that would be written."""
    try:
        return there is not None and path.stat().st_size <= MAX_ARCHIVE_BYTES and is_archive_of(there, members, name)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, zlib.error):
        return False


def told_of(archive: t.BinaryIO) -> dict[str, t.Any]:
    """What a result tells about an archive as a whole."""
    digest = hashlib.sha256()
    archive.seek(0)
    while piece := archive.read(MEBIBYTE):
        digest.update(piece)
    return {"sha256": digest.hexdigest(), "size": archive.tell()}


def write(module: CloudModule, path: Path, data: memoryview) -> None:
    """Put the archive in place in one step, so that nobody sees half of it."""
    handle, temporary = tempfile.mkstemp(dir=module.ansible.tmpdir)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    module.ansible.atomic_move(temporary, str(path))


def run(module: CloudModule) -> None:
    """Build the archive and put it in place if another one is there, or none."""
    # Ansible's atomic_move wants to know the directory of a bare name, too.
    source, path = Path(module.params["src"]), Path(os.path.abspath(module.params["dest"]))
    layout = layout_for_runtime(module)
    name = module.params["name"] or source.resolve().name
    members, warnings = directory_members(source, layout, module.params["include"] or ())
    module.warn(*warnings)
    check_root_name(name)
    if path.is_dir():
        path = path / f"{name}.zip"
    if not path.parent.is_dir():
        raise InputError(f"dest: the directory {path.parent} does not exist.")
    there = open_archive(path)
    module.result |= {"path": str(path), "files": [member.path for member in members], "actions": [], "diff": []}
    if is_same(path, there, members, name):
        with open_regular(path) as same:
            module.result |= told_of(same)
        return
    made = io.BytesIO()
    build_zip(members, name, layout, made)
    with zipfile.ZipFile(made) as archive:
        changes = diff(path, listed(there), listed(archive))
    action = f"{'write' if module.check_mode else 'wrote'} {path}"
    module.result |= {"changed": True, "actions": [action], "diff": changes, **told_of(made)}
    if not module.check_mode:
        write(module, path, made.getbuffer())


def main() -> None:
    """Entry point."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
