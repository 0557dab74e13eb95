# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The connection to an OpenFaaS gateway.
    DOCUMENTATION = r"""
options:
  gateway_url:
    description:
      - URL of the OpenFaaS gateway, such as V(https://gateway.example.com).
      - Without it, E(OPENFAAS_URL) is used.
    type: str
  gateway_username:
    description:
      - User of the gateway, needed together with O(gateway_password).
      - Without it, E(OPENFAAS_USERNAME) is used, and at last V(admin).
    type: str
  gateway_password:
    description:
      - Password of the gateway.
      - Without it and O(gateway_token), the first of these that is not empty is used, E(OPENFAAS_TOKEN), E(OPENFAAS_PASSWORD),
        the login that C(faas-cli login) left in C(~/.openfaas/config.yml) or below E(OPENFAAS_CONFIG).
      - When none is found, calls carry no credentials, as a gateway without authentication wants it.
    type: str
  gateway_token:
    description:
      - Bearer token, for a gateway of OpenFaaS for Enterprises. It is used instead of a password.
    type: str
  gateway_timeout:
    description:
      - Seconds to wait for an answer of the gateway. Stopping a function can take 30 seconds, twice in one call, so stay above 60.
    type: float
    default: 120
  namespace:
    description:
      - Namespace at the gateway. Without it the gateway's default is used, which is V(openfaas-fn).
    type: str
"""

    # For modules that call a gateway only.
    ALONE = r"""
options:
  validate_certs:
    description:
      - Whether TLS certificates are checked. Switch it off only for a test server of your own.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory of the certificate authorities to trust, instead of those that come with the Python library requests.
    type: path
  api_connect_timeout:
    description:
      - Seconds to wait for a connection to the API.
    type: float
    default: 10
  api_retries:
    description:
      - How often a call that only reads is tried again after a connection error, a server error or a rate limit.
      - A call that writes is not repeated blindly. When its answer is lost, the module looks at what is there first.
    type: int
    default: 4
requirements:
  - python >= 3.11
  - requests
  - PyYAML, when the credentials come from the config file of faas-cli
notes:
  - >-
    The module calls the gateway from the host it runs on. Run it on the controller (C(hosts: localhost) or C(delegate_to: localhost)),
    where the credentials are.
"""

    # For modules that call the account or a gateway.
    PROVIDER = r"""
options:
  provider:
    description:
      - Where the functions are. V(myaccount) is the platform of E2E Networks, V(openfaas) is an OpenFaaS gateway of your own,
        faasd or Kubernetes.
    type: str
    choices: [myaccount, openfaas]
    default: myaccount
attributes:
  action_group:
    description: Use C(group/e2enetworks.cloud.all) in C(module_defaults) to set options of all modules that call the account at once,
      and C(group/e2enetworks.cloud.gateway) for those that can call a gateway.
    support: full
    membership:
      - e2enetworks.cloud.all
      - e2enetworks.cloud.gateway
"""
