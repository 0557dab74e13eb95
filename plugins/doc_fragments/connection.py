# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # The account's connection.
    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - API key of the account, made in MyAccount under API & IAM.
      - Without it, the first of these that is not empty is used, E(E2E_API_KEY), E(SERVICE_API_KEY), a config file (see O(profile)).
    type: str
  auth_token:
    description:
      - Token of the account, made together with the API key. A token without write permission can only read.
      - Without it, the first of these that is not empty is used, E(E2E_AUTH_TOKEN), E(SERVICE_AUTH_TOKEN), a config file (see O(profile)).
    type: str
  project_id:
    description:
      - Number of the project, as MyAccount shows it.
      - Without it, E(E2E_PROJECT_ID) or a config file (see O(profile)) is used.
    type: str
  location:
    description:
      - Location of the resources, V(Delhi) or V(Chennai). Functions exist only in V(Delhi). The vendor has discontinued V(Mumbai).
      - It is passed to the API as it is given, upper and lower case as well, so that one which the vendor adds can be used at once.
      - Without it, E(E2E_LOCATION), E(E2E_REGION) or a config file (see O(profile)) is used.
    type: str
  api_endpoint:
    description:
      - Base URL of the API. Change it only to talk to another server, such as the emulator of this collection.
      - Without it, E(E2E_API_ENDPOINT) or E(SERVICE_API_ENDPOINT) is used, and at last V(https://api.e2enetworks.com/myaccount/api/v1/).
    type: str
  profile:
    description:
      - Name of a profile in a config file of the vendor's CLIs, C(~/.e2e/config.json) of e2ectl or C(~/.E2E_CLI/config.json) of e2e_cli.
      - Without it their default profile is used. Options and environment variables win over a profile, value by value.
    type: str
  validate_certs:
    description:
      - Whether TLS certificates are checked. Switch it off only for a test server of your own.
      - Without it, E(E2E_VALIDATE_CERTS) is used for the account and E(OPENFAAS_VALIDATE_CERTS) for a gateway, and at last V(true).
    type: bool
  ca_path:
    description:
      - File or directory of the certificate authorities to trust, instead of those that come with the Python library requests.
      - Without it, E(E2E_CA_PATH) is used for the account and E(OPENFAAS_CA_PATH) for a gateway, then E(REQUESTS_CA_BUNDLE).
    type: path
  api_connect_timeout:
    description:
      - Seconds to wait for a connection to the API.
    type: float
    default: 10
  api_timeout:
    description:
      - Seconds to wait for an answer of the API.
    type: float
    default: 60
  api_retries:
    description:
      - How often a call that only reads is tried again after a connection error, a server error or a rate limit.
      - A call that writes is not repeated blindly. When its answer is lost, the module looks at what is there first.
    type: int
    default: 4
requirements:
  - python >= 3.9
  - requests
notes:
  - >-
    The module calls the API from the host it runs on. Run it on the controller, with C(hosts: localhost) or C(delegate_to: localhost),
    where the credentials are.
"""
