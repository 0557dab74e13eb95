# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the API's words mean: gone, passing by itself, or neither (reference H.27, D.4)."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import ApiError, E2EError, ServerError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.credentials import Credentials
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import ImagesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.refusals import passes, says_not_found
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.reserved_ips import ReservedIpsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.security_groups import SecurityGroupsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKeysClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.volumes import VolumesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.vpcs import VpcsClient
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.harness import CREDENTIALS, FakeClock, Reply, ScriptedApi, Step, html, ok, refusal

DELETES: dict[str, tuple[str, t.Callable[[Transport], None]]] = {
    "node": ("nodes/31/", lambda transport: NodesClient(transport).delete(31)),
    "volume": ("block_storage/7/", lambda transport: VolumesClient(transport).delete(7)),
    "VPC": ("vpc/12/", lambda transport: VpcsClient(transport).delete(12)),
    "image": ("images/5/", lambda transport: ImagesClient(transport).delete("5")),
    "SSH key": ("delete_ssh_key/9/", lambda transport: SshKeysClient(transport).delete(9)),
    "security group": ("security_group/3/", lambda transport: SecurityGroupsClient(transport).delete(3)),
    "reserved IP": ("reserve_ips/203.0.113.7/actions/", lambda transport: ReservedIpsClient(transport).delete("203.0.113.7")),
}
# The reason may stand beside a message that says nothing (reference A.3).
GONE = {
    "404": refusal(404, "no such thing"),
    "400": refusal(400, "Security group not found."),
    "412": refusal(412, "VPC 12 Not Found"),
    "500": refusal(500, "Node not found"),
    "already": refusal(400, "It is already gone."),
    "in errors": Reply(400, b'{"code": 400, "data": {}, "errors": {"detail": ["Volume not found."]}, "message": "Bad request"}'),
}
NOT_GONE = [
    refusal(412, "The volume is attached"),
    refusal(500, "Something went wrong"),
    refusal(400, "The page was notfound"),
    refusal(400, "Project not found"),
    refusal(404, "Project not found"),
    Reply(400, b'{"status_code": 400, "message": "project not found"}'),
    refusal(403, "User not found"),
    html(502),
]


def transport() -> Transport:
    return Transport(Credentials(**CREDENTIALS), clock=FakeClock().clock)


def failure(answer: Reply) -> E2EError:
    with pytest.MonkeyPatch.context() as patch:
        api = ScriptedApi(patch)
        api.expect(Step("PUT", "things/", answer))
        with pytest.raises(E2EError) as caught:
            transport().request("PUT", "things/")
    return caught.value


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
@pytest.mark.parametrize("kind", DELETES)
def test_a_delete_of_what_is_gone(api: ScriptedApi, kind: str, answer: Reply) -> None:
    path, delete = DELETES[kind]
    api.expect(Step("DELETE", path, answer, None, forever=True))
    delete(transport())
    assert api.sent


@pytest.mark.parametrize("answer", NOT_GONE, ids=["412", "500", "other words", "project", "project as 404", "project in short", "403", "HTML"])
@pytest.mark.parametrize("kind", DELETES)
def test_a_delete_that_fails(api: ScriptedApi, kind: str, answer: Reply) -> None:
    path, delete = DELETES[kind]
    api.expect(Step("DELETE", path, answer, None, forever=True))
    with pytest.raises(E2EError):
        delete(transport())


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
def test_a_node_that_is_gone(api: ScriptedApi, answer: Reply) -> None:
    api.expect(Step("GET", "nodes/31/", answer, None, forever=True))
    assert NodesClient(transport()).find(31) is None


@pytest.mark.parametrize("answer", NOT_GONE[3:7], ids=["project", "project as 404", "project in short", "403"])
def test_a_node_that_cannot_be_read(api: ScriptedApi, answer: Reply) -> None:
    api.expect(Step("GET", "nodes/31/", answer, None))
    with pytest.raises(ApiError):
        NodesClient(transport()).find(31)


@pytest.mark.parametrize(("listed", "is_gone"), [([], True), ([{"id": 31, "name": "web"}], False)])
def test_a_node_of_which_only_the_list_can_tell(api: ScriptedApi, listed: list[t.Any], is_gone: bool) -> None:
    bare = Reply(404, b'{"detail": "Not found."}')
    page = {"page_no": "1", "per_page": "100"}
    api.expect(Step("GET", "nodes/31/", bare), Step("GET", "nodes/", ok(listed), None, page))
    if is_gone:
        assert NodesClient(transport()).find(31) is None
    else:
        with pytest.raises(ApiError, match="404: Not found"):
            NodesClient(transport()).find(31)


@pytest.mark.parametrize(
    "words",
    [
        "You have running servers on this VPC.",
        "VPC is in Creating state",
        "Something is under way, please try again later.",
        "Resource is in use",
        # Nobody knows the words for these; any way to say them has to do.
        "VPC backend is still creating",
        "Servers are still running on VPC backend",
        "Another action (reboot) is in progress",
        "The node is in Saving state.",
        "The volume is currently being detached.",
        "Node is busy",
        "Please wait for the previous operation to finish.",
        "Another operation is under way on this VM, retry after some time",
        "Resize ongoing",
        "The disk is not yet ready",
    ],
)
def test_what_passes_by_itself(words: str) -> None:
    beside = Reply(412, json.dumps({"code": 412, "data": {}, "errors": {"detail": [words]}, "message": "Precondition failed"}).encode())
    for answer in (*(refusal(status, words) for status in (400, 412, 500)), beside):
        error = failure(answer)
        assert isinstance(error, ApiError) and passes(error) and not says_not_found(error)


@pytest.mark.parametrize(
    "words",
    [
        "Disk is not attached to vm",
        "Node web is Powered off",
        "You cannot add the same key again",
        "Plan C3.8GB is currently out of stock in Delhi",
        "Reserved IP 198.18.0.1 is already in use",
        "Node web is locked",
        "The wait time must be a number",
    ],
)
def test_what_stays_until_somebody_acts(words: str) -> None:
    error = failure(refusal(412, words))
    assert isinstance(error, ApiError) and not passes(error)


@pytest.mark.parametrize("answer", [*NOT_GONE[:7], refusal(404, "VPC 12 not found"), refusal(401, "please try again later")])
def test_what_does_not_pass_by_itself(answer: Reply) -> None:
    error = failure(answer)
    assert isinstance(error, ApiError) and not passes(error)
    assert not isinstance(error, ServerError) or not error.outcome_known
