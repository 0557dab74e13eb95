# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function of a task, from its parameters to what became of it: at either provider, alone or among several."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.deploy import Deploy, Deployable, DeployOutcome
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.lifecycle import Policy
from ansible_collections.e2enetworks.cloud.plugins.module_utils.engine.resource import C, Listed
from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.clock import Clock
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.functions import Function, FunctionsClient
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.transport import Transport
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.config_file import ConfigFiles
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function import FunctionResource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_options import FunctionOptions, check_options, environment, with_snapshot
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_spec import FUNCTION_SPEC
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.provider import FUNCTION_OPTIONS, refuse_foreign_options
from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.smoke_test_options import open_headers, secret_headers, smoke_test_of

if t.TYPE_CHECKING:
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient, GatewayFunction
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.transport import GatewayTransport
    from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.gateway_function import GatewayFunctionResource

    MakeAtGateway = t.Callable[["Run", "Platform", str], GatewayFunctionResource]


class Run(t.Protocol):
    """What a function needs of the run that it is part of: its parameters, the connections, and where results and warnings go."""

    params: dict[str, t.Any]
    result: dict[str, t.Any]
    check_mode: bool
    clock: Clock

    @property
    def home(self) -> Path:
        ...

    @property
    def transport(self) -> Transport:
        ...

    @property
    def gateway(self) -> GatewayTransport:
        ...

    @property
    def verify(self) -> bool | str:
        ...

    def use_params(self, params: dict[str, t.Any]) -> None:
        ...

    def warn(self, *texts: str) -> None:
        ...

    def protect(self, *secrets: str) -> None:
        ...

    def unprotect(self, *values: str, besides: str) -> None:
        ...

    def policy(self, **more: t.Any) -> Policy:
        ...

    def deploy(self, transaction: Deploy[C], key: str) -> DeployOutcome:
        ...


class Platform:
    """The platform as one function sees it that has it for itself: nothing of it is known before the function is looked up."""

    def account(self, transport: Transport) -> FunctionsClient:
        """The client for a function of the account."""
        return FunctionsClient(transport)

    def gateway(self, transport: GatewayTransport, namespace: str) -> GatewayClient:
        """The client for a function of a gateway."""
        from ansible_collections.e2enetworks.cloud.plugins.module_utils.gateway.client import GatewayClient

        return GatewayClient(transport, namespace)

    def listed(self, name: str) -> Listed[Function] | None:
        """What a list says of a function of the account, where one was read."""
        return None

    def listed_at_gateway(self, name: str, namespace: str) -> Listed[GatewayFunction] | None:
        """The same for a function of a gateway."""
        return None


class FunctionTask:
    """One function.

    :param stack: name of the stack that it belongs to; empty for none.
    """

    def __init__(self, run: Run, platform: Platform | None = None, files: ConfigFiles | None = None, stack: str = "") -> None:
        self._run = run
        self._platform = platform or Platform()
        self._files = files or ConfigFiles(os.environ)
        self._stack = stack
        self._on_account: tuple[FunctionOptions, FunctionResource] | None = None
        self._at_gateway: MakeAtGateway | None = None

    def prepare(self) -> None:
        """Complete the parameters with what files say, and refuse what cannot be right. Nothing is sent.

        To be called in the thread of the task, because what the provider needs is imported here.

        :raises E2EError: one line that says what is wrong.
        """
        run = self._run
        run.result |= {"snapshot": None, "upload": None}
        refuse_foreign_options(run.params, FUNCTION_SPEC, FUNCTION_OPTIONS)
        run.unprotect(*open_headers(run.params["smoke_test"]), besides="smoke_test")
        run.protect(*secret_headers(run.params["smoke_test"]))
        run.use_params(self._files.joined(run.params))
        if run.params["provider"] == "openfaas":
            # Half of what there is about functions, and a function of the account starts sooner without it.
            from ansible_collections.e2enetworks.cloud.plugins.module_utils.resources.function_at_gateway import function_at_gateway

            self._at_gateway = function_at_gateway

    def load(self) -> None:
        """Read the code of a function of the account, after :meth:`prepare`. Nothing is sent.

        Of many functions this is faster one after the other: threads would hand Python's lock on at every file.

        :raises E2EError: one line that says what is wrong.
        """
        run = self._run
        if self._at_gateway is not None:
            return
        options = with_snapshot(_account_options(run.params, self._stack))
        if not self._absent:
            run.warn(*check_options(options))
        client = self._platform.account(run.transport)
        # What a snapshot keeps of a function that is removed may not be in the list.
        look = self._absent and options.snapshot_dest is not None
        self._on_account = options, FunctionResource(client, options, lambda: None if look else self._platform.listed(options.name))

    def run(self) -> None:
        """Bring the function to the wanted state, after :meth:`load`.

        :raises E2EError: with the results of the run telling what had been done by then.
        """
        if self._at_gateway is not None:
            self._deploy_at_gateway(self._at_gateway)
        elif self._on_account is not None:
            self._deploy_on_account(*self._on_account)

    @property
    def _absent(self) -> bool:
        return bool(self._run.params["state"] == "absent")

    def _deploy_on_account(self, options: FunctionOptions, resource: FunctionResource) -> None:
        run = self._run
        policy = run.policy(absent=self._absent, allow_replace=run.params["allow_replace"], when_unknown=run.params["when_unknown"])
        try:
            self._transact(resource, policy)
        finally:
            run.result |= {"snapshot": str(options.snapshot_dest) if resource.snapshot_taken else None, "upload": resource.upload}

    def _deploy_at_gateway(self, make: MakeAtGateway) -> None:
        run = self._run
        resource = make(run, self._platform, self._stack)
        try:
            self._transact(resource, run.policy(absent=self._absent, when_unknown=run.params["when_unknown"]))
        finally:
            run.result["snapshot"] = str(Path(run.params["snapshot_dest"])) if resource.snapshot_taken else None

    def _transact(self, resource: Deployable[C], policy: Policy) -> None:
        """Deploy, try out, and go back if that fails."""
        run = self._run
        smoke_test = smoke_test_of(run.params["smoke_test"])
        transaction = Deploy(resource, policy, run.clock, smoke_test=smoke_test, rollback=run.params["rollback"], verify=run.verify)
        outcome = run.deploy(transaction, "function")
        artifact = run.params["workflow_artifact"]
        if artifact and not run.check_mode:
            handed = {artifact: {run.params["name"]: {**(outcome.resource or {}), "changed": outcome.changed, "rolled_back": outcome.rolled_back}}}
            run.result["ansible_stats"] = {"data": handed, "aggregate": True, "per_host": False}


def _account_options(params: t.Mapping[str, t.Any], stack: str) -> FunctionOptions:
    paths = {name: Path(params[name]) if params[name] else None for name in ("src", "snapshot", "snapshot_dest")}
    if params["state"] == "absent":
        return FunctionOptions(name=params["name"], manifest_variable=params["digest_variable"], snapshot_dest=paths["snapshot_dest"])
    return FunctionOptions(
        name=params["name"],
        runtime=params["runtime"],
        hardware=params["hardware"],
        include=tuple(params["include"] or ()),
        code=params["code"],
        image=params["image"],
        requirements=params["requirements"],
        memory=params["memory"],
        timeout=params["timeout"],
        env=environment("env", params["env"]),
        secret_env=environment("secret_env", params["secret_env"]),
        secrets=None if params["secrets"] is None else tuple(params["secrets"]),
        extra_parameters=params["extra_parameters"],
        manifest_variable=params["digest_variable"],
        upload=params["upload"],
        check_entry_point=params["check_entry_point"],
        stack=stack,
        **paths,
    )
