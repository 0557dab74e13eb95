# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_limits import check_env_names, check_memory, check_name, check_timeout


@pytest.mark.parametrize("name", ["a", "hello", "hello-world-2", "a--b", "x" * 40])
def test_names_that_every_source_accepts(name: str) -> None:
    assert check_name(name) == []


@pytest.mark.parametrize("name, warnings", [("x" * 41, ["41 characters"]), ("x" * 51, ["51 characters"]), ("1a", ["digit"]), ("1" * 45, ["45", "digit"])])
def test_names_that_only_the_released_client_accepts(name: str, warnings: list[str]) -> None:
    found = check_name(name)
    assert len(found) == len(warnings) and all(word in text for word, text in zip(warnings, found))


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a_b", "a.b", "a b", "ä", "a\n", "x" * 52])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="lower-case letters, digits and hyphens") as caught:
        check_name(name)
    assert "\n" not in caught.value.message


def test_env_names() -> None:
    check_env_names([])
    check_env_names(["A", "_b", "a1", "__PORT__", "X" * 50], reserved=["DIGEST"])
    for names, message in (
        (["A", "1A"], "'1A' is not valid"),
        (["A-B"], "'A-B' is not valid"),
        ([""], "'' is not valid"),
        (["A\n"], "is not valid"),
        (["X" * 51], "is not valid"),
        (["PORT"], "PORT is reserved"),
        (["DIGEST"], "DIGEST is reserved"),
        (["A", "B", "A"], "A is given twice"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            check_env_names(names, reserved=["DIGEST"])
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("value, warns", [(128, False), (1024, False), (64, True), (8192, True), (300, True)])
def test_memory(value: int, warns: bool) -> None:
    warnings = check_memory(value)
    assert bool(warnings) is warns and all("128, 256, 512, 1024" in text for text in warnings)


@pytest.mark.parametrize("value", [-1, 0, 63, 8193])
def test_memory_that_is_refused(value: int) -> None:
    with pytest.raises(InputError, match=f"memory is {value} MB, but has to be between 64 and 8192"):
        check_memory(value)


@pytest.mark.parametrize("value, warns", [(1, False), (600, False), (601, True), (900, True)])
def test_timeout(value: int, warns: bool) -> None:
    assert bool(check_timeout(value)) is warns


@pytest.mark.parametrize("value", [-1, 0, 901])
def test_timeout_that_is_refused(value: int) -> None:
    with pytest.raises(InputError, match=f"timeout is {value} s, but has to be between 1 and 900"):
        check_timeout(value)
