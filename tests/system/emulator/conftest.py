# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the emulator's own tests."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from compute_api import ComputeApi
from emulator_api import Api
from gateway_api import Gateway
from runner_bench import Bench

needs_node = pytest.mark.skipif(shutil.which("node") is None or shutil.which("npm") is None, reason="Node.js with npm is not installed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("node"):
            item.add_marker(needs_node)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "node: the test needs Node.js with npm")


@pytest.fixture(scope="session")
def _quick_emulator(_emulators: Callable[..., Any]) -> Any:
    return _emulators(build_seconds=0)


@pytest.fixture
def api(_quick_emulator: Any) -> Api:
    """An emulator whose builds take no longer than they must, empty."""
    _quick_emulator.reset()
    return Api(_quick_emulator)


@pytest.fixture
def cloud(api: Api) -> ComputeApi:
    """The same emulator, for nodes and what surrounds them: what takes time is done with the next request."""
    return ComputeApi(api.process)


@pytest.fixture
def cloud_factory(emulator_factory: Callable[..., Any]) -> Callable[..., ComputeApi]:
    return lambda **options: ComputeApi(emulator_factory(**{"build_seconds": 0, **options}))


@pytest.fixture
def api_factory(emulator_factory: Callable[..., Any]) -> Callable[..., Api]:
    """Emulators with options of a test's own."""
    return lambda **options: Api(emulator_factory(**{"build_seconds": 0, **options}))


@pytest.fixture(scope="session")
def _session_bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def bench(_session_bench: Bench) -> Iterator[Bench]:
    """The runner on its own, without an emulator around it; its functions end with the test."""
    yield _session_bench
    _session_bench.clear()


@pytest.fixture(scope="session")
def _quick_gateways(_emulators: Callable[..., Any]) -> Callable[..., Any]:
    return functools.cache(lambda dialect, release="current": _emulators(build_seconds=0, gateway_dialect=dialect, gateway_release=release))


def _empty(process: Any) -> Gateway:
    process.reset()
    return Gateway(process)


@pytest.fixture
def faasd(_quick_gateways: Callable[..., Any]) -> Gateway:
    """A gateway of the dialect faasd that takes no longer than it must, empty."""
    return _empty(_quick_gateways("faasd"))


@pytest.fixture
def mit_faasd(_quick_gateways: Callable[..., Any]) -> Gateway:
    """The same in its last release under the MIT licence, which has namespaces."""
    return _empty(_quick_gateways("faasd", "mit"))


@pytest.fixture
def mit_kubernetes(_quick_gateways: Callable[..., Any]) -> Gateway:
    """A gateway on Kubernetes in its last release under the MIT licence, which asks no registry."""
    return _empty(_quick_gateways("kubernetes", "mit"))


@pytest.fixture
def kubernetes(_quick_gateways: Callable[..., Any]) -> Gateway:
    """A gateway of the dialect kubernetes that takes no longer than it must, empty."""
    return _empty(_quick_gateways("kubernetes"))


@pytest.fixture(params=["faasd", "kubernetes"])
def gateway(request: pytest.FixtureRequest, _quick_gateways: Callable[..., Any]) -> Gateway:
    """The test runs once in each dialect."""
    return _empty(_quick_gateways(request.param))


@pytest.fixture
def gateway_factory(emulator_factory: Callable[..., Any]) -> Callable[..., Gateway]:
    """Gateways with options of a test's own."""
    return lambda dialect="faasd", **options: Gateway(emulator_factory(**{"build_seconds": 0, "gateway_dialect": dialect, **options}))
