# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: session_tag_trust
short_description: Say what an IAM role has to trust an identity provider with, so that it can tag sessions
version_added: 0.1.0
author:
  - The redshift.serverless contributors (@redshift-serverless)
description:
  - Gives the statement of a trust policy by which the users of a SAML or OpenID Connect provider can assume an IAM role and bring session
    tags along, such as C(RedshiftDbRoles).
options:
  _input:
    description: The variables of P(redshift.serverless.federated_roles#role) that speak of the provider, by their names.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What has a role to trust this provider with?
  ansible.builtin.debug:
    msg: "{{ variables | redshift.serverless.session_tag_trust }}"
  vars:
    variables:
      federated_roles_saml_provider_arn: arn:aws:iam::123456789012:saml-provider/corporate
  # statement:
  #   Sid: RedshiftDbRoles
  #   Effect: Allow
  #   Principal: {Federated: arn:aws:iam::123456789012:saml-provider/corporate}
  #   Action: [sts:AssumeRoleWithSAML, sts:TagSession]
  #   Condition: {StringEquals: {SAML:aud: https://signin.aws.amazon.com/saml}}
  # problems: []
"""

RETURN = r"""
_value:
  description: The statement, and what speaks against it.
  type: dict
  contains:
    statement:
      description: The statement; null when no provider is named, or when there are problems.
      type: dict
    problems:
      description: Sentences that name the variable; empty when everything fits.
      type: list
      elements: str
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._policy.trust import (
    Provider,
    provider_of,
    session_statement,
)

KINDS = {
    "federated_roles_saml_provider_arn": ("saml-provider", "arn:aws:iam::123456789012:saml-provider/corporate"),
    "federated_roles_oidc_provider_arn": ("oidc-provider", "arn:aws:iam::123456789012:oidc-provider/login.example.com"),
}


def session_tag_trust(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Build the statement; see DOCUMENTATION."""
    problems = list(_problems(variables))
    provider = None if problems else _provider(variables)
    statement = None
    if provider:
        audiences = variables.get("federated_roles_audiences") or provider.audiences
        statement = session_statement(provider, audiences, variables.get("federated_roles_oidc_subjects") or ())
    return {"statement": statement, "problems": problems}


def _provider(variables: Mapping[str, Any]) -> Provider | None:
    """The provider that is named, if its ARN is one of the variable's kind."""
    for name, (kind, _example) in KINDS.items():
        provider = provider_of(str(variables.get(name) or ""))
        if provider and provider.kind == kind:
            return provider
    return None


def _problems(variables: Mapping[str, Any]) -> Iterator[str]:
    named = [name for name in KINDS if variables.get(name)]
    if len(named) > 1:
        yield f"{' and '.join(named)} are both set. Name one provider, and use the role once for each."
        return
    if named and not _provider(variables):
        yield f"{named[0]} is {variables[named[0]]}, expected is an ARN such as {KINDS[named[0]][1]}."
    if variables.get("federated_roles_trust"):
        if not named:
            yield f"federated_roles_trust is true and needs {' or '.join(KINDS)}: whom are the IAM roles to trust?"
        if not variables.get("federated_roles_iam_roles"):
            yield "federated_roles_trust is true, and federated_roles_iam_roles names no IAM role that is to trust."
    yield from _condition_problems(variables)


def _condition_problems(variables: Mapping[str, Any]) -> Iterator[str]:
    provider = _provider(variables)
    audiences, subjects = (variables.get(f"federated_roles_{name}") or [] for name in ("audiences", "oidc_subjects"))
    for name, values in (("audiences", audiences), ("oidc_subjects", subjects)):
        if any(not str(value).strip("*?") for value in values):
            yield f"federated_roles_{name} has a value of nothing but * or ?, which is everybody. Name whom you mean."
    if subjects and not variables.get("federated_roles_oidc_provider_arn"):
        yield "federated_roles_oidc_subjects is set, and counts only with federated_roles_oidc_provider_arn."
    if provider and not audiences and not provider.audiences:
        yield (
            f"federated_roles_audiences is missing: for whom do the tokens or assertions of {provider.arn} have to be? "
            "Name the client ID of OpenID Connect (aud), or the sign-in endpoint of SAML."
        )


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"session_tag_trust": session_tag_trust}
