# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys."""

from __future__ import annotations

import pytest
from compute_api import KEY, OTHER_KEY, ComputeApi


def test_a_key_comes_and_goes(cloud: ComputeApi) -> None:
    made = cloud.data("POST", "ssh_keys/", json={"label": "mine", "ssh_key": KEY})
    assert set(made) == {"pk", "label", "ssh_key", "timestamp", "project_id"}
    listed = cloud.read("ssh_keys/")[0]
    assert (listed["pk"], listed["label"], listed["ssh_key"], listed["ssh_key_type"]) == (made["pk"], "mine", KEY, "ED25519")
    assert len(listed["timestamp"].split("-")) == 3 and listed["total_attached_nodes"] == 0
    cloud.node(ssh_keys=[KEY])
    assert cloud.read("ssh_keys/", label="mine")["total_attached_nodes"] == 1
    cloud.data("DELETE", f"delete_ssh_key/{made['pk']}/")
    assert cloud.read("ssh_keys/") == []
    cloud.refused(404, "DELETE", f"delete_ssh_key/{made['pk']}/")


def test_a_node_knows_the_label_of_its_key(cloud: ComputeApi) -> None:
    cloud.data("POST", "ssh_keys/", json={"label": "mine", "ssh_key": KEY})
    assert cloud.node(ssh_keys=[KEY])["ssh_keys"] == [{"label": "mine", "ssh_key": KEY}]


def test_the_same_key_is_refused_whatever_its_label_and_comment(cloud: ComputeApi) -> None:
    cloud.data("POST", "ssh_keys/", json={"label": "mine", "ssh_key": KEY})
    again = {"label": "other", "ssh_key": KEY.replace("somebody@example", "else")}
    cloud.refused(412, "POST", "ssh_keys/", "You cannot add the same key again", json=again)
    cloud.refused(412, "POST", "ssh_keys/", "already exists", json={"label": "mine", "ssh_key": OTHER_KEY})


@pytest.mark.parametrize("body", [{"label": "x"}, {"ssh_key": KEY}, {"label": "x", "ssh_key": "ssh-rsa"}, {"label": "x", "ssh_key": "ssh-rsa ????"}])
def test_what_is_no_key(cloud: ComputeApi, body: dict[str, str]) -> None:
    assert cloud.call("POST", "ssh_keys/", json=body).status_code == 400


def test_keys_belong_to_the_project_in_all_locations(cloud: ComputeApi) -> None:
    query = {key: value for key, value in cloud.query.items() if key != "location"}
    assert cloud.call("POST", "ssh_keys/", query=query, json={"label": "mine", "ssh_key": KEY}).status_code == 200
    assert [key["label"] for key in cloud.read("ssh_keys/", location="Chennai")] == ["mine"]


def test_an_unknown_label(cloud: ComputeApi) -> None:
    assert cloud.call("GET", "ssh_keys/", query={**cloud.query, "label": "none"}).status_code == 404
