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
      - Credentials in the environment belong to E(OPENFAAS_URL) when that is set, so a task with another O(gateway_url) does not send them there.
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
      - In check mode one that is not there is a warning, not a failure, because an earlier task of the play may be going to make it.
    type: str
"""

    # For modules that call a gateway only.
    ALONE = r"""
options:
  provider:
    description:
      - The module knows OpenFaaS gateways only. The option is accepted so that C(group/e2enetworks.cloud.gateway) can set it for all modules.
    type: str
    choices: [openfaas]
    default: openfaas
requirements:
  - PyYAML, when the credentials come from the config file of faas-cli
notes:
  - The module calls the gateway only. Of the options of the account's connection it uses O(validate_certs), O(ca_path),
    O(api_connect_timeout) and O(api_retries). The others are accepted so that C(group/e2enetworks.cloud.all) can set them for all modules.
"""

    # For modules that call neither, and go with those that call a gateway.
    UNUSED = r"""
options:
  provider:
    description:
      - The module knows OpenFaaS gateways only. The option is accepted so that C(group/e2enetworks.cloud.gateway) can set it for all modules.
    type: str
    choices: [openfaas]
    default: openfaas
notes:
  - The module calls no API. The options of the connections are accepted so that C(group/e2enetworks.cloud.all) and
    C(group/e2enetworks.cloud.gateway) can set them for all modules.
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
"""
