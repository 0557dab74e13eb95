# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function of a gateway, from its parameters to what the lifecycle takes."""

from __future__ import annotations

import dataclasses
import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.credentials import namespace_of
from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.registry import docker_login, image_digest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_function import GatewayFunctionResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_options import check_gateway_options, gateway_options

if t.TYPE_CHECKING:
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_task import Platform, Run


def function_at_gateway(run: Run, platform: Platform, stack: str) -> GatewayFunctionResource:
    """The function that the parameters of a run describe.

    :param stack: name of the stack that it belongs to; empty for none.
    :raises E2EError: one line that says what is wrong with them.
    """
    params = run.params
    options = dataclasses.replace(gateway_options(params), stack=stack)
    is_wanted = params["state"] != "absent"
    if is_wanted and options.pull == "newer" and params["snapshot"] is None:
        options = dataclasses.replace(options, image_digest=_digest_now(run, options.image))
    if is_wanted:
        run.warn(*check_gateway_options(options))
    kept = Path(params["snapshot_dest"]) if params["snapshot_dest"] else None
    namespace = namespace_of(params)
    listed = platform.listed_at_gateway(options.name, namespace)
    return GatewayFunctionResource(platform.gateway(run.gateway, namespace), options, listed=listed, snapshot_dest=kept)


def _digest_now(run: Run, image: str | None) -> str | None:
    """What the image's tag stands for; empty, with a warning, where its registry cannot be asked."""
    if not image:
        return None
    try:
        login = docker_login(image, os.environ, run.home)
        if login is not None:
            run.protect(login.password)
        # Turning the check of the gateway's certificate off says nothing about the registry's.
        return image_digest(image, login, verify=run.verify or True, timeout=run.params["gateway_timeout"], clock=run.clock)
    except E2EError as error:
        run.warn(f"pull: what {image} stands for now is not known. {error.message}")
        return ""
