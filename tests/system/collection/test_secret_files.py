# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that hold secrets: for their owner alone, and as they were when they cannot be written."""

from __future__ import annotations

import contextlib
import json
import resource
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_process import InProcess
from samples import NOT_RUNNABLE

FUNCTION = {"name": "f", "runtime": NOT_RUNNABLE, "secret_env": {"TOKEN": "a secret token"}}


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow over a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _snapshot(run: InProcess, path: Path, number: int) -> dict[str, Any]:
    return run.module("e2e_faas_function", **FUNCTION, code=f"// {number}", snapshot_dest=str(path))


def _digests(run: InProcess, path: Path, number: int) -> dict[str, Any]:
    return run.module("e2e_secret", name="s", value=f"the value {number}", update="on_change", digest_file=str(path))


@pytest.mark.parametrize("write", [_snapshot, _digests])
def test_a_file_with_secrets_is_its_owner_s_and_written_as_a_whole(emulator: Any, tmp_path: Path, write: Any) -> None:
    run, path = InProcess({**emulator.env, **emulator.gateway_env}), tmp_path / "kept.json"
    for number in (1, 2):
        assert not write(run, path, number).get("failed")
    before = path.read_text(encoding="utf-8")
    assert json.loads(before) and stat.S_IMODE(path.stat().st_mode) == 0o600

    with full_disk():
        failed = write(run, path, 3)

    assert failed["failed"] and str(path) in failed["msg"], failed
    assert path.read_text(encoding="utf-8") == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
