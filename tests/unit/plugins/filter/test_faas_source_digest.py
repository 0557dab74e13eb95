# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import pathlib
import tempfile

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.e2enetworks.cloud.plugins.filter.faas_source_digest import FilterModule
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.image_build import ImageOptions, source_fingerprint
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write
from hypothesis import given
from hypothesis import strategies as st

faas_source_digest = FilterModule().filters()["faas_source_digest"]

FILES = st.dictionaries(st.sampled_from(("Dockerfile", "a.py", "b/c.py", "b/d.txt")), st.text(max_size=20), min_size=1)


def test_the_digest_of_a_directory(tmp_path: pathlib.Path) -> None:
    (tmp_path / "handler.py").write_text("a", encoding="utf-8")
    first = faas_source_digest(str(tmp_path))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("b", encoding="utf-8")
    assert first.startswith("sha256:") and faas_source_digest(str(tmp_path)) == first
    (tmp_path / "handler.py").write_text("b", encoding="utf-8")
    assert faas_source_digest(str(tmp_path)) != first


def test_the_digest_of_nothing(tmp_path: pathlib.Path) -> None:
    with pytest.raises(AnsibleFilterError, match="does not exist"):
        faas_source_digest(str(tmp_path / "nowhere"))


@given(files=FILES, template=FILES, runtime=st.sampled_from(("", "python3-http")))
def test_the_fingerprint_of_an_image_is_the_one_of_the_role(files: dict[str, str], template: dict[str, str], runtime: str) -> None:
    """As the variables of roles/faas_function computed it before the module did."""
    with tempfile.TemporaryDirectory() as name:
        src, layout = write(pathlib.Path(name) / "src", files), write(pathlib.Path(name) / "template", template)
        for folders in ([src], [src, layout]):
            parts = [runtime, *(faas_source_digest(str(folder)) for folder in folders)]
            wanted = hashlib.sha256(" ".join(parts).encode()).hexdigest()
            image = ImageOptions(src, "shop/hello:v2", "docker", runtime, layout if layout in folders else None)
            assert source_fingerprint(image) == wanted
