# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requirements are really installed, once each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from emulator_api import Api, packed

USES_SIX = "import six\ndef handle(event, context): return six.__version__\n"


def test_python_requirements_are_installed_and_cached(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    api.deploy("one", USES_SIX, requirements="# pinned\nsix==1.16.0\n")
    assert api.invoke("one").text == "1.16.0"
    assert "dependencies: pip install" in api.process.logs("one")
    api.deploy("two", USES_SIX, requirements="# pinned\nsix==1.16.0\n")
    assert [line for line in api.process.logs("two") if "from the cache" in line]
    api.deploy("three", USES_SIX, requirements="six==1.15.0\n")
    assert [api.invoke(name).text for name in ("two", "three")] == ["1.16.0", "1.15.0"]


def test_one_digest_many_builders(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    apis = [api_factory(cache_dir=tmp_path / "cache") for number in range(2)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: apis[number % 2].deploy(f"f{number}", USES_SIX, requirements="six==1.16.0"), range(6)))
    logs = [line for number in range(6) for line in apis[number % 2].process.logs(f"f{number}")]
    assert logs.count("dependencies: pip install") == 1
    assert len([line for line in logs if "from the cache" in line]) == 5
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n\n"])
def test_nothing_to_install(api_factory: Callable[..., Api], tmp_path: Path, text: str) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    api.deploy("f", requirements=text)
    assert not (tmp_path / "cache").exists()


def test_a_requirement_that_does_not_exist(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    for name in ("one", "two"):
        function = api.fail(name, requirements="six==0.0.99\n")
        assert function["error"].startswith("the dependencies could not be installed: ERROR: No matching distribution found for six==0.0.99")
        assert [line for line in api.process.logs(name) if "No matching distribution" in line]
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_requirements_that_make_no_sense(api: Api) -> None:
    assert api.fail("f", requirements="this is no requirement\n")["error"].startswith("the dependencies could not be installed: ERROR: Invalid requirement")


def wheel(version: str) -> bytes:
    """A package that exists nowhere but here."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("e2e_only_here.py", f"VERSION = {version!r}\n")
        made.writestr(f"e2e_only_here-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: e2e-only-here\nVersion: {version}\n")
        made.writestr(f"e2e_only_here-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"e2e_only_here-{version}.dist-info/RECORD", "")
    return target.getvalue()


def test_requirements_that_name_files_of_the_archive(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    handler = "import e2e_only_here, six\ndef handler(event, context):\n    return {'statusCode': 200, 'body': e2e_only_here.VERSION + ' ' + six.__version__}\n"
    answers = []
    for number, version in enumerate(("1.0", "2.0")):
        name = f"e2e_only_here-{version}-py3-none-any.whl"
        files: dict[str, str | bytes] = {
            "func.py": handler,
            "requirements.txt": f"-c limits.txt\n./wheels/{name}\nsix\n",
            "limits.txt": "six==1.15.0\n",
            f"wheels/{name}": wheel(version),
        }
        assert api.create_zip(f"f{number}", packed(files), runtime="python-3.11-http").status_code == 200
        assert api.settled(f"f{number}")["status"].lower() == "running"
        answers.append(api.invoke(f"f{number}").text)
    assert answers == ["1.0 1.15.0", "2.0 1.15.0"]
    files["limits.txt"] = "six==1.16.0\n"
    assert api.create_zip("f2", packed(files), runtime="python-3.11-http").status_code == 200
    api.settled("f2")
    assert api.invoke("f2").text == "2.0 1.16.0"
    assert "could not be installed" in api.fail("f3", requirements="-r base.txt\n")["error"]


@pytest.mark.node
def test_node_dependencies_are_installed_and_cached(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    package = '{"name": "f", "dependencies": {"is-odd": "3.0.1"}}'
    api.deploy("one", "const odd = require('is-odd')\nmodule.exports = async () => ({ odd: odd(3) })", runtime="node18", requirements=package)
    api.deploy("two", "const odd = require('is-odd')\nmodule.exports = async () => ({ odd: odd(4) })", runtime="node18", requirements=package)
    assert [api.invoke(name).json() for name in ("one", "two")] == [{"odd": True}, {"odd": False}]
    assert [line for line in api.process.logs("two") if "from the cache" in line]


@pytest.mark.node
def test_node_scripts_do_not_run(api_factory: Callable[..., Api], tmp_path: Path) -> None:
    api = api_factory(cache_dir=tmp_path / "cache")
    package = f'{{"name": "f", "scripts": {{"postinstall": "touch {tmp_path}/ran"}}, "dependencies": {{"is-odd": "3.0.1"}}}}'
    api.deploy("f", "module.exports = async () => 'ok'", runtime="node18", requirements=package)
    assert not (tmp_path / "ran").exists()


@pytest.mark.node
@pytest.mark.parametrize("package, reason", [("{", "package.json is not JSON"), ("[]", "package.json must hold a JSON object")])
def test_a_package_file_that_is_none(api: Api, package: str, reason: str) -> None:
    assert reason in api.fail("f", "module.exports = async () => 'ok'", runtime="node18", requirements=package)["error"]


@pytest.mark.node
def test_a_node_package_that_does_not_exist(api: Api) -> None:
    function = api.fail("f", "module.exports = async () => 1", runtime="node18", requirements='{"dependencies": {"is-odd": "99.0.0"}}')
    assert function["error"].startswith("the dependencies could not be installed: npm ")
