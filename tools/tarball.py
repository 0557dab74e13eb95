# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the collection's tarball, and has it looked at by the importer that Ansible Galaxy uses.

The same commit gives the same bytes, wherever and whenever it is built: ansible-galaxy keeps times and the order of folders, which are taken out.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tools.project import BUILD, CACHE, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

# The earliest time that every tool takes: a ZIP archive begins in 1980.
_MODIFIED = 315_532_800
_IMPORTER_SETTINGS = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS=True
RUN_ANSIBLE_DOC=True
RUN_ANSIBLE_LINT=False
RUN_ANSIBLE_TEST=False
"""


def build(name: str, output: Path) -> Path:
    """Build the tarball into the folder `output`, from the fresh working copy `name`, and return its path.

    Raises ToolError with what ansible-galaxy said when it fails.
    """
    return pack(assemble(name), output, environment(ensure("run")))


def pack(collection: Path, output: Path, env: Mapping[str, str]) -> Path:
    """Build the tarball of a collection's folder, which holds nothing but the project, and return its path.

    Raises ToolError with what ansible-galaxy said when it fails.
    """
    result = subprocess.run(
        ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(output)],
        cwd=collection, env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
    archives = list(output.glob("e2enetworks-cloud-*.tar.gz"))
    if result.returncode or len(archives) != 1:
        raise ToolError(f"The collection could not be built:\n{result.stdout}{result.stderr}")
    archives[0].write_bytes(settled(archives[0].read_bytes()))
    return archives[0]


def settled(archive: bytes) -> bytes:
    """Return a collection's tarball with the same content, in one order and at one time."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as source:
        contents = {member.name: member.isdir() or _read(source, member) for member in source.getmembers()}
        modes = {member.name: member.mode for member in source.getmembers()}
    files, manifest = (json.loads(_bytes(contents[name])) for name in ("FILES.json", "MANIFEST.json"))
    files["files"].sort(key=lambda entry: entry["name"])
    contents["FILES.json"] = _json(files)
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(_bytes(contents["FILES.json"])).hexdigest()
    contents["MANIFEST.json"] = _json(manifest)
    # The two that say what follows come first, as ansible-galaxy has them.
    order = ["MANIFEST.json", "FILES.json", *sorted(contents.keys() - {"MANIFEST.json", "FILES.json"})]
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as stream, tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as target:
        for name in order:
            _add(target, name, modes[name], contents[name])
    return packed.getvalue()


def _read(source: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = source.extractfile(member)
    if not member.isreg() or stream is None:
        raise ToolError(f"{member.name} is neither a file nor a folder, and so has no place in the collection.")
    return stream.read()


def _add(target: tarfile.TarFile, name: str, mode: int, content: bytes | bool) -> None:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime = mode, _MODIFIED
    if isinstance(content, bool):
        member.type = tarfile.DIRTYPE
        target.addfile(member)
    else:
        member.size = len(content)
        target.addfile(member, io.BytesIO(content))


def _bytes(content: bytes | bool) -> bytes:
    return b"" if isinstance(content, bool) else content


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def check(archive: Path) -> int:
    """Run Galaxy's importer on the tarball and return its exit code. A warning counts as a failure."""
    settings = CACHE / "galaxy-importer.cfg"
    settings.write_text(_IMPORTER_SETTINGS, encoding="utf-8")
    venv = ensure("galaxy")
    env = environment(venv, extra={"GALAXY_IMPORTER_CONFIG": str(settings)})
    command = [str(venv / "bin" / "python"), "-m", "galaxy_importer.main", str(archive)]
    result = subprocess.run(
        command, cwd=CACHE, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(result.stdout, end="")
    complaints = re.findall(r"^(?:WARNING|ERROR|CRITICAL)\b.*", result.stdout, re.MULTILINE)
    if complaints:
        print(f"Galaxy's importer has {len(complaints)} complaints, see above.")
    return result.returncode or int(bool(complaints))


def main(arguments: list[str]) -> int:
    """Build, and with `--check` check."""
    output = BUILD / "dist"
    for old in output.glob("*.tar.gz"):
        old.unlink()
    archive = build("dist-source", output)
    print(archive)
    return check(archive) if "--check" in arguments else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolError as error:
        sys.exit(str(error))
