# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import InputError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.names import check_name_of_removed, given_name, id_and_name


def test_a_name_loses_the_space_around_it() -> None:
    assert given_name(" web\n") == "web"


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_an_empty_name_is_refused(value: str | None) -> None:
    with pytest.raises(InputError, match="label is empty"):
        given_name(value, "label")


@pytest.mark.parametrize(
    ("identifier", "name", "expected"),
    [(7, None, (7, None)), (None, " web ", (None, "web")), (7, "web", (7, "web")), (" 7", None, ("7", None))],
)
def test_one_of_id_and_name_is_enough(identifier: t.Any, name: str | None, expected: t.Any) -> None:
    assert id_and_name({"volume_id": identifier, "name": name}, "volume_id") == expected


@pytest.mark.parametrize(("identifier", "name"), [(None, None), (None, ""), (7, " "), ("", None), ("", "web")])
def test_empty_ids_and_names_are_refused(identifier: t.Any, name: str | None) -> None:
    # YAML's null for both passes AnsibleModule's required_one_of.
    with pytest.raises(InputError):
        id_and_name({"volume_id": identifier, "name": name}, "volume_id")


def test_what_is_removed_has_both_the_id_and_the_name() -> None:
    check_name_of_removed("volume", 7, "data", None)
    check_name_of_removed("volume", 7, "data", "data")
    with pytest.raises(InputError, match="The volume 7 is named data, not web, so it is not removed"):
        check_name_of_removed("volume", 7, "data", "web")
