# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: connection_check
short_description: Check a connection to Amazon Redshift Serverless as a client
version_added: 0.1.0
description:
  - Checks the database's port from the managed host, layer by layer, and stops at the first layer that fails. It resolves
    the name, connects, requests TLS as PostgreSQL clients do, verifies the certificate according to O(sslmode), and starts
    a login without TLS to check whether the server refuses it.
  - It never logs in and never sends a password, so it can't lock an account. It starts the login without TLS with the user name
    C(connection_check_without_login), which may show up in the connection log.
  - Needs neither AWS credentials nor boto3. Python 3.8 with its standard library is enough, on any host.
  - Fails if an expectation is not met, with the same results as on success; RV(remedy) says what to do.
options:
  host:
    description:
      - The host name of the workgroup, endpoint or custom domain, for which the certificate is verified.
      - A name or an address alone. An endpoint as the console shows it (C(host:5439/dev)) or a URL is rejected, and the message
        says which part belongs in which option.
    type: str
    required: true
  port:
    description: The port.
    type: int
    default: 5439
  hostaddr:
    description:
      - Where to connect to instead of O(host), as an IP address or a name. O(host) is then only the name to verify.
      - For a Redshift-managed VPC endpoint whose certificate carries the workgroup's name, give the workgroup's name as O(host) and
        the endpoint's name here.
    type: str
  ca_bundle:
    description:
      - A PEM file on the managed host with the authorities to trust. If omitted, those of the system.
      - Not used with O(sslmode=require), which verifies nothing.
    type: path
  sslmode:
    description:
      - V(require) verifies nothing, V(verify-ca) that the certificate is in its time and signed by a trusted authority,
        V(verify-full) also that it is for O(host), wildcards and IP addresses included.
    type: str
    choices: [require, verify-ca, verify-full]
    default: verify-full
  expect_plaintext:
    description:
      - What the server must do when a client tries to log in without TLS. C(require_ssl) results in V(refused).
      - V(ignore) tries and reports it, and accepts either outcome.
    type: str
    choices: [refused, accepted, ignore]
    default: refused
  timeout:
    description: Seconds for each step, more than 0. The addresses of O(host) share the seconds of the step that connects.
    type: float
    default: 10.0
attributes:
  check_mode:
    description: Only reads, also in C(check_mode).
    support: full
  diff_mode:
    description: Nothing changes, so there is no difference to show.
    support: N/A
  idempotent:
    description: Only looks.
    support: full
seealso:
  - module: redshift.serverless.public_access_info
  - module: redshift.serverless.workgroup_info
author:
  - The redshift.serverless contributors (@redshift-serverless)
"""

EXAMPLES = r"""
- name: Check that the application servers can connect only with TLS
  redshift.serverless.connection_check:
    host: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
    ca_bundle: /etc/ssl/certs/amazon-trust-ca-bundle.crt

- name: Check the connection through a managed VPC endpoint
  redshift.serverless.connection_check:
    host: sales.123456789012.us-east-1.redshift-serverless.amazonaws.com
    hostaddr: sales-from-apps-endpoint-k7rf.123456789012.us-east-1.redshift-serverless.amazonaws.com

- name: Check only that the server offers TLS
  redshift.serverless.connection_check:
    host: sales.example.com
    port: 5440
    sslmode: require
    expect_plaintext: ignore
  register: seen

- name: Show until when the certificate is valid
  ansible.builtin.debug:
    var: seen.tls.certificate.not_after
"""

RETURN = r"""
reachable:
  description: Whether a TCP connection was made.
  returned: always
  type: bool
  sample: true
address:
  description: The IP address that was connected to, V(null) when none could be.
  returned: always
  type: str
  sample: 10.0.1.25
addresses:
  description: The IP addresses that were tried, in the resolver's order and up to the first that answered.
  returned: always
  type: list
  elements: dict
  contains:
    address:
      description: The IP address.
      type: str
      sample: 10.0.1.25
    error:
      description: Why it could not be connected to, V(null) for RV(address).
      type: str
      sample: timed out
failed_layer:
  description:
    - The first layer that failed, V(null) if none did.
    - V(dns), the name leads to no address. V(tcp), no address takes the connection. V(protocol), the server does not answer as
      PostgreSQL does. V(tls), there is no TLS with this server. V(chain), no trusted authority vouches for the certificate.
      V(hostname), it is for other names. V(expiry), it is out of its time. V(plaintext), O(expect_plaintext) does not hold.
  returned: always
  type: str
  sample: hostname
tls:
  description: What the TLS handshake showed.
  returned: always
  type: dict
  contains:
    verified:
      description: Whether the certificate passed O(sslmode). With V(require), nothing is verified and this is V(false).
      type: bool
      sample: true
    protocol:
      description: The version of TLS, V(null) without a handshake.
      type: str
      sample: TLSv1.3
    cipher:
      description: The cipher suite by OpenSSL's name, V(null) without a handshake.
      type: str
      sample: TLS_AES_256_GCM_SHA384
    certificate:
      description: The server's certificate, also when it did not pass; V(null) when it was not seen.
      type: dict
      contains:
        subject:
          description: Whose it is, as RFC 4514 writes names.
          type: str
          sample: CN=*.123456789012.us-east-1.redshift-serverless.amazonaws.com
        names:
          description: The host names and IP addresses that it is for.
          type: list
          elements: str
          sample: ["*.123456789012.us-east-1.redshift-serverless.amazonaws.com"]
        issuer:
          description: Who signed it.
          type: str
          sample: CN=Amazon RSA 2048 M01,O=Amazon,C=US
        not_before:
          description: From when it is valid, ISO 8601 in UTC.
          type: str
          sample: "2026-03-01T00:00:00+00:00"
        not_after:
          description: Until when it is valid, ISO 8601 in UTC.
          type: str
          sample: "2027-03-30T23:59:59+00:00"
plaintext:
  description:
    - V(refused) or V(accepted), what the server does with a login without TLS.
    - V(not_tried) when an earlier layer failed, or when the server's answer tells neither.
  returned: always
  type: str
  sample: refused
plaintext_message:
  description: What the server said to that, V(null) when it said nothing.
  returned: always
  type: str
  sample: "FATAL: no pg_hba.conf entry for host \"::ffff:10.0.0.4\", user \"nobody\", database \"nobody\", SSL off (28000)"
remedy:
  description: What to do, V(null) if nothing needs to be done.
  returned: always
  type: str
seconds:
  description: How long each step took, V(null) for those that were not reached.
  returned: always
  type: dict
  contains:
    dns:
      description: Resolving the name.
      type: float
    tcp:
      description: Connecting.
      type: float
    protocol:
      description: Asking for TLS.
      type: float
    tls:
      description: The TLS handshake, verification included.
      type: float
    plaintext:
      description: Connecting again and starting a login without TLS.
      type: float
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.redshift.serverless.plugins.module_utils._probe import hostname, probe, tls


def argument_spec() -> dict[str, Any]:
    """The options."""
    return {
        "host": {"type": "str", "required": True},
        "port": {"type": "int", "default": hostname.DEFAULT_PORT},
        "hostaddr": {"type": "str"},
        "ca_bundle": {"type": "path"},
        "sslmode": {"type": "str", "choices": list(tls.SSL_MODES), "default": tls.VERIFY_FULL},
        "expect_plaintext": {"type": "str", "choices": list(probe.EXPECTATIONS), "default": probe.REFUSED},
        "timeout": {"type": "float", "default": 10.0},
    }


def target_of(params: dict[str, Any]) -> probe.Target:
    """Read the options.

    Raises:
        ValueError: naming the option whose value can't be right.
    """
    hosts = {
        name: hostname.read_host(params[name], hostname.Names(name))
        for name in ("host", "hostaddr")
        if params[name] is not None
    }
    target = probe.Target(**{**params, **hosts})
    if not 1 <= target.port <= 65535:
        raise ValueError(f"port: got {target.port}; expected a port from 1 to 65535.")
    if not 0 < target.timeout < float("inf"):
        raise ValueError(f"timeout: got {target.timeout:g}; expected seconds, more than 0.")
    return target


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    try:
        target = target_of(module.params)
    except ValueError as error:
        module.fail_json(msg=str(error))
    found, failure = probe.Probe(target).run()
    if failure:
        module.fail_json(msg=f"{failure.problem} {failure.remedy}", **found)
    module.exit_json(changed=False, **found)


if __name__ == "__main__":
    main()
