# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trust policies: statements of others stay, nobody is let in who was not, and nothing is written twice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._policy.trust import (
    provider_of,
    session_statement,
    with_session_tags,
)
from hypothesis import given
from hypothesis import strategies as st

Policy = dict[str, Any]

ARN = "arn:aws:iam::111111111111:saml-provider/corporate"
AUDIENCE = "https://signin.aws.amazon.com/saml"
OWN = {"StringEquals": {"SAML:aud": AUDIENCE}, "StringLike": {"SAML:sub": "staff*"}}


def wanted(*audiences: str) -> Policy:
    provider = provider_of(ARN)
    assert provider
    return session_statement(provider, audiences or provider.audiences)


def allow(actions: Any, condition: Policy | None = None, provider: Any = ARN, **more: Any) -> Policy:
    condition = {"StringEquals": {"SAML:aud": AUDIENCE}} if condition is None else condition
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": actions, **more}
    return {**statement, "Condition": condition} if condition else statement


def policy(*statements: Policy) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


EC2 = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_the_statement_comes_behind_those_of_others() -> None:
    trust = with_session_tags({"Statement": EC2}, wanted())
    assert (trust.policy, trust.changed, trust.notes) == ({"Statement": [EC2, wanted()]}, True, ())
    assert with_session_tags(None, wanted()).policy == policy(wanted())


@pytest.mark.parametrize(
    "found",
    [
        [allow(["STS:TagSession", "sts:assumerolewithsaml"])],
        [allow("sts:*", provider=[ARN, "cognito-identity.amazonaws.com"])],
        [allow("sts:AssumeRoleWithSAML", {"stringequals": {"saml:AUD": [AUDIENCE]}}), allow("sts:TagSession")],
        [allow("sts:AssumeRoleWithSAML"), allow("sts:TagSession", {})],
        [{**allow("x"), "Action": ["sts:TagSession", "sts:AssumeRoleWithSAML"], "Sid": "RedshiftDbRoles3"}],
    ],
)
def test_what_is_there_in_other_words_is_not_written_again(found: list[Policy]) -> None:
    trust = with_session_tags(policy(EC2, *found), wanted())
    assert (trust.policy, trust.changed, trust.notes) == (policy(EC2, *found), False, ())


def test_others_conditions_are_kept_for_the_tags_and_nobody_else_is_let_in() -> None:
    theirs = allow("sts:AssumeRoleWithSAML", OWN, Sid="RedshiftDbRoles")
    theirs["Principal"]["Federated"] = [ARN, "graph.facebook.com"]
    trust = with_session_tags(policy(theirs), wanted())
    assert trust.policy["Statement"] == [theirs, allow("sts:TagSession", OWN, Sid="RedshiftDbRoles2")]
    assert "conditions of its own" in " ".join(trust.notes)
    assert not with_session_tags(trust.policy, wanted()).changed


def test_others_conditions_for_tags_are_left_and_said() -> None:
    tags = allow("sts:TagSession", {"StringLike": {"aws:RequestTag/RedshiftDbRoles": "*"}})
    found = policy(allow("sts:AssumeRoleWithSAML"), tags)
    trust = with_session_tags(found, wanted())
    assert (trust.policy, trust.changed) == (found, False)
    assert "allow RedshiftDbRoles among the tags" in " ".join(trust.notes)


@pytest.mark.parametrize(
    ("principal", "action", "said"),
    [
        ("*", {"Action": "sts:TagSession"}, True),
        ({"Federated": ARN}, {"NotAction": "sts:AssumeRole"}, True),
        ({"Federated": ARN}, {"Action": "sts:AssumeRole"}, False),
        ({"AWS": "111111111111"}, {"Action": "*"}, False),
    ],
)
def test_a_denial_is_said(principal: Any, action: Policy, said: bool) -> None:
    trust = with_session_tags(policy({"Effect": "Deny", "Principal": principal, **action}), wanted())
    assert bool(trust.notes) == said


def test_our_own_statement_follows_the_variables_also_beside_those_of_others() -> None:
    before = with_session_tags(policy(EC2), wanted()).policy
    later = policy(*before["Statement"], allow("sts:AssumeRoleWithSAML", OWN))
    trust = with_session_tags(later, wanted("https://eu-west-1.signin.aws.amazon.com/saml"))
    [*others, ours] = trust.policy["Statement"]
    assert others == [EC2, later["Statement"][2]]
    assert ours["Condition"] == {"StringEquals": {"SAML:aud": "https://eu-west-1.signin.aws.amazon.com/saml"}}


def test_only_arns_of_identity_providers_are_such() -> None:
    for arn in ("corporate", ARN.replace("saml-provider", "role"), f"{ARN} ", ARN.replace("111111111111", "")):
        assert provider_of(arn) is None


CONDITIONS = st.sampled_from(
    [{}, OWN, {"StringEquals": {"SAML:aud": AUDIENCE}}, {"Bool": {"aws:SecureTransport": True}}]
)
ACTIONS = st.sampled_from(
    [
        "sts:AssumeRoleWithSAML",
        "sts:TagSession",
        "sts:*",
        ["sts:TagSession", "sts:AssumeRoleWithSAML"],
        "sts:AssumeRole",
    ]
)
PROVIDERS = st.sampled_from([ARN, [ARN], ARN + "2", [ARN, ARN + "2"]])
SIDS = st.sampled_from([{}, {"Sid": "RedshiftDbRoles"}, {"Sid": "Theirs"}])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    made = st.builds(lambda *given, sid: {**allow(*given), **sid}, ACTIONS, CONDITIONS, PROVIDERS, sid=SIDS)
    return policy(*draw(st.lists(made, min_size=1, max_size=4)))


@given(found=policies())
def test_the_second_time_changes_nothing_and_others_stay(found: Policy) -> None:
    before = copy.deepcopy(found)
    trust = with_session_tags(found, wanted())
    assert found == before
    assert trust.changed == (trust.policy != before)
    assert not with_session_tags(trust.policy, wanted()).changed
    foreign = [each for each in before["Statement"] if each.get("Sid") != "RedshiftDbRoles"]
    assert [each for each in trust.policy["Statement"] if each in foreign] == foreign


@given(found=policies())
def test_nobody_is_let_in_where_others_have_said_who_is(found: Policy) -> None:
    found["Statement"] = [EC2, *(each for each in found["Statement"] if each.get("Sid") != "RedshiftDbRoles")]
    assuming = ("sts:AssumeRoleWithSAML", "sts:*")
    said = [
        each
        for each in found["Statement"][1:]
        if ARN in (each["Principal"]["Federated"], *each["Principal"]["Federated"])
        and (each["Action"] in assuming or isinstance(each["Action"], list))
    ]
    added = [each for each in with_session_tags(found, wanted()).policy["Statement"] if each not in found["Statement"]]
    assert all(each["Action"] == "sts:TagSession" for each in added) or not said
    assert all(each.get("Condition") in [other.get("Condition") for other in said] for each in added) or not said
