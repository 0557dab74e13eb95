# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading all that an export describes: lists first and once, details side by side."""

from __future__ import annotations

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import DEFAULT_NAMESPACE, GatewayClient, Namespace
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.view import FunctionView
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.parallel import in_parallel
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions_activation import explain_not_activated
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.images import ImagesClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.nodes import NodeDetails
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.ssh_keys import SshKeysClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources import export_account, export_gateway
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.export import Task
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.node_links import NodeLinks


def account_tasks(transport: Transport, manifest_variable: str) -> list[Task]:
    """All of a project, in the order in which it would be made. Raises what the transport raises."""
    links = NodeLinks(transport)
    groups, vpcs, volumes, addresses = links.groups.groups(), links.vpcs.vpcs(), links.volumes.volumes(), links.addresses.addresses()
    nodes = links.nodes.details(links.nodes.nodes())

    def linked(node: NodeDetails) -> export_account.ExportedNode:
        return export_account.ExportedNode(node, links.groups_of(node), links.vpcs_of(node, vpcs), links.volumes_of(node, volumes))

    exported = in_parallel(transport, linked, nodes)
    return [
        *export_account.ssh_key_tasks(SshKeysClient(transport).keys()),
        *export_account.vpc_tasks(vpcs),
        *export_account.security_group_tasks(groups),
        *export_account.volume_tasks(volumes),
        *export_account.image_tasks(ImagesClient(transport).images()),
        *export_account.node_tasks(exported, groups, vpcs, volumes),
        *export_account.address_tasks(addresses, nodes),
        *export_account.function_tasks(_functions(transport), manifest_variable),
    ]


def _functions(transport: Transport) -> list[Function]:
    client = FunctionsClient(transport)
    try:
        listed = client.functions()
    except E2EError as error:
        # An account without the service has no functions.
        if not explain_not_activated(error):
            raise
        return []
    return [function for function in in_parallel(transport, client.detailed, listed) if function is not None]


def gateway_tasks(transport: GatewayTransport) -> list[Task]:
    """All of a gateway, or of the one namespace that the connection names. Raises what the transport raises."""
    first = GatewayClient(transport)
    names = [first.namespace] if first.namespace else first.namespaces()
    namespaces = [first.get_namespace(name) or Namespace(name, None) for name in names]

    def content(name: str) -> export_gateway.ExportedNamespace:
        client = GatewayClient(transport, "" if name == DEFAULT_NAMESPACE else name)
        functions = in_parallel(transport, client.function, [function.name for function in client.functions()])
        views = [FunctionView(function, lambda: first.dialect) for function in functions if function is not None]
        return export_gateway.ExportedNamespace(name, client.secrets(), views)

    return [*export_gateway.namespace_tasks(namespaces), *export_gateway.content_tasks([content(name) for name in names])]
