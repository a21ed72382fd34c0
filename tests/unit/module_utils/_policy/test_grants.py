# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._policy.document import PolicyError, equivalent, parse
from ansible_collections.redshift.serverless.plugins.module_utils._policy.grants import (
    Grant,
    Grants,
    Reading,
    Style,
    cover,
    desired,
    merge,
    needs_rewrite,
    own_account_problems,
    problems,
    validate,
    write,
)
from ansible_collections.redshift.serverless.plugins.module_utils._policy.grants import read as read_parsed
from hypothesis import given
from hypothesis import strategies as st

Policy = dict[str, Any]
Scrambled = Callable[[Policy], st.SearchStrategy[Policy | str]]

A, B, C = "123456789012", "234567890123", "000000000345"
V1, V2, V3 = "vpc-11223344556677889", "vpc-12345678", "vpc-0123456789abcdef0"
EAST = "us-east-1"
PARTITIONS = [("aws", EAST), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]

# Statements that are nobody's business but their author's.
FOREIGN: list[Policy] = [
    {
        "Sid": "CrossAccountCrossVPCAccess",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "redshift-serverless:*EndpointAccess",
        "Condition": {"Bool": {"aws:SecureTransport": False}},
    },
    {"Sid": "Restore", "Effect": "Allow", "Principal": {"AWS": A}, "Action": "redshift-serverless:RestoreFromSnapshot"},
    {
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam::345678901234:role/R"], "Service": "redshift.amazonaws.com"},
        "Action": ["redshift-serverless:CreateEndpointAccess"],
        "Remark": {"kept": [1, 2.5, None, "ü"]},
    },
    {
        "Sid": "CrossAccountCrossVPCAccess2",
        "Effect": "Allow",
        "Principal": {"AWS": [A, B]},
        "Action": "redshift-serverless:CreateEndpointAccess",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringLike": {"aws:SourceVpc": V1}},
    },
]

accounts = st.sampled_from([A, B, C, "*"])
vpc_ids = st.none() | st.sets(st.sampled_from([V1, V2, V3]), min_size=1).map(lambda ids: tuple(sorted(ids)))
all_grants = st.lists(st.builds(Grant, accounts, vpc_ids), max_size=6).map(merge)
foreign_parts = st.lists(st.sampled_from(FOREIGN), max_size=3)
styles = st.sampled_from(["authorized_vpc", "source_vpc"])
places = st.sampled_from(PARTITIONS)


def statement(
    principal: Any, condition: Policy | None = None, action: Any = "redshift-serverless:CreateEndpointAccess"
) -> Policy:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition or {}}


def authorized(*vpcs: str, operator: str = "ArnLike") -> Policy:
    return {operator: {"redshift-serverless:AuthorizedVpc": [f"arn:aws:ec2:{vpc}" for vpc in vpcs]}}


def source(*vpcs: str, operator: str = "StringLike") -> Policy:
    return {operator: {"aws:SourceVpc": list(vpcs)}}


def read(policy: Any, region: str, arn: str | None = None) -> Reading:
    return read_parsed(None if policy is None else parse(policy), region, arn)


def reading_of(*statements: Policy, region: str = EAST) -> Reading:
    return read({"Version": "2012-10-17", "Statement": list(statements)}, region)


# ---- Properties -----------------------------------------------------------------------------------------------


@given(data=st.data(), grants=all_grants, foreign=foreign_parts, style=styles, place=places)
def test_what_is_written_is_read_back_however_the_service_words_it(
    *,
    data: st.DataObject,
    grants: Grants,
    foreign: list[Policy],
    style: Style,
    place: tuple[str, str],
    scrambled: Scrambled,
    workgroup_arn: str,
) -> None:
    partition, region = place
    policy = write(Reading(foreign=tuple(foreign)), grants, partition=partition, region=region, style=style)
    if policy is None:
        assert (grants, foreign) == ((), [])
        return
    assert json.dumps(policy["Statement"][: len(foreign)]) == json.dumps(foreign)
    reading = read(policy, region, workgroup_arn)
    assert (reading.grants, list(reading.foreign)) == (grants, foreign)
    assert reading.is_in(style)
    back = data.draw(scrambled(policy))
    assert equivalent(policy, parse(back), workgroup_arn)
    assert read(back, region, workgroup_arn).grants == grants


@given(grants=all_grants, foreign=foreign_parts, style=styles, place=places)
def test_writing_what_was_read_comes_to_rest(
    grants: Grants, foreign: list[Policy], style: Style, place: tuple[str, str]
) -> None:
    partition, region = place
    first = write(Reading(foreign=tuple(foreign)), grants, partition=partition, region=region, style=style)
    reading = read(first, region)
    assert not needs_rewrite(reading, grants, style=style, purge=True)
    assert write(reading, reading.grants, partition=partition, region=region, style=style) == first
    assert json.dumps(first) == json.dumps(
        write(read(first, region), reversed(grants), partition=partition, region=region, style=style)
    )


@given(grants=all_grants, foreign=foreign_parts, style=styles)
def test_sids_are_alphanumeric_and_new(grants: Grants, foreign: list[Policy], style: Style) -> None:
    policy = write(Reading(foreign=tuple(foreign)), grants, partition="aws", region=EAST, style=style)
    ours = [part["Sid"] for part in policy["Statement"][len(foreign) :]] if policy else []
    assert all(re.fullmatch("[A-Za-z0-9]+", sid) for sid in ours)
    assert len(set(ours)) == len(ours)
    assert not set(ours) & {part.get("Sid") for part in foreign}


@given(grants=all_grants, other=all_grants, style=styles)
def test_policies_are_equivalent_exactly_for_equal_grants(grants: Grants, other: Grants, style: Style) -> None:
    one, two = (write(Reading(), each, partition="aws", region=EAST, style=style) for each in (grants, other))
    assert equivalent(one, two) == (grants == other)


@given(current=all_grants, wanted=all_grants)
def test_present_adds_and_absent_takes_away(current: Grants, wanted: Grants) -> None:
    reading = Reading(grants=current)
    added = desired(reading, wanted, state="present")
    assert added == merge((*current, *wanted))
    assert desired(Reading(grants=added), wanted, state="present") == added
    assert desired(reading, wanted, state="present", purge=True) == wanted
    whole = tuple(Grant(grant.account) for grant in wanted)
    left = desired(reading, whole, state="absent")
    assert left == tuple(grant for grant in current if grant.account not in {each.account for each in wanted})


# ---- Reading policies that others wrote -----------------------------------------------------------------------


def test_the_sample_of_the_page(sample: Policy) -> None:
    reading = read(json.dumps(sample), EAST)
    assert reading.grants == (Grant(A), Grant(B, ("vpc-456", "vpc-987")))
    assert [grant.as_dict() for grant in reading.grants] == [
        {"account": A, "vpc_ids": ["*"]},
        {"account": B, "vpc_ids": ["vpc-456", "vpc-987"]},
    ]
    assert reading.styles == {"authorized_vpc"}
    assert not reading.foreign + reading.notes
    assert write(reading, reading.grants, partition="aws", region=EAST) == sample


def test_the_sample_of_today(present_sample: Policy, workgroup_arn: str) -> None:
    reading = read(present_sample, EAST, workgroup_arn)
    assert reading.grants == (Grant(A, (V1, V2)), Grant(B, (V1, V2)))
    assert reading.style() == "source_vpc"
    assert not reading.foreign + reading.notes
    assert not needs_rewrite(reading, reading.grants, style="source_vpc")
    elsewhere = read(present_sample, "eu-west-1")
    assert elsewhere.grants == ()
    assert elsewhere.notes == (f"Statement[0] gives {A}, {B} no VPC in eu-west-1.",)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_root_arns_scalars_and_objects(partition: str) -> None:
    vpc = f"arn:{partition}:ec2:{EAST}:{A}:vpc/{V1}"
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{A}:root"},
            "Action": "redshift-serverless:createendpointaccess",
            "Resource": "*",
            "Condition": {"arnequals": {"Redshift-Serverless:authorizedVPC": vpc}},
        }
    }
    assert read(policy, EAST).grants == (Grant(A, (V1,)),)


@pytest.mark.parametrize(
    ("principal", "condition", "grants"),
    [
        ({"AWS": A}, {}, [Grant(A)]),
        ("*", {}, [Grant("*")]),
        ({"AWS": ["*", A]}, source(V1), [Grant("*", (V1,)), Grant(A, (V1,))]),
        ({"AWS": [A, B]}, source(V2, V1), [Grant(A, (V1, V2)), Grant(B, (V1, V2))]),
        ({"AWS": A}, source(V1, operator="StringEquals"), [Grant(A, (V1,))]),
        ({"AWS": A}, source("*"), [Grant(A)]),
        ({"AWS": A}, source("vpc-*", V1), [Grant(A)]),
        ({"AWS": A}, source("*", V1, operator="StringEquals"), [Grant(A, (V1,))]),
        ({"AWS": A}, source("subnet-12345678", ""), []),
        ({"AWS": A}, source(), []),
        ({"AWS": [A, B]}, authorized(f"{EAST}:{A}:vpc/{V1}"), [Grant(A, (V1,))]),
        ({"AWS": [A, B]}, authorized(f"*:*:vpc/{V1}", f"us-*:{B}:vpc/*"), [Grant(A, (V1,)), Grant(B)]),
        ({"AWS": [A, B]}, authorized(f"{EAST}:12345678901?:*"), [Grant(A)]),
        ({"AWS": A}, authorized(f"us-east-2:{A}:vpc/*", f"{EAST}:{A}:vpc/{V1}"), [Grant(A, (V1,))]),
        ({"AWS": A}, authorized(f"{EAST}:{A}:subnet/{V1}", f"{EAST}::vpc/{V1}", EAST), []),
        ({"AWS": A}, authorized(f"{EAST}:{A}:vpc/*", operator="StringEquals"), []),
        ({"AWS": A}, authorized(f"{EAST}:{A}:vpc/{V1}", operator="StringEquals"), [Grant(A, (V1,))]),
        ({"AWS": A}, {"StringLike": {"redshift-serverless:AuthorizedVpc": "*"}}, [Grant(A)]),
        ("*", authorized(f"{EAST}:*:vpc/{V1}"), [Grant("*", (V1,))]),
        ("*", authorized(f"{EAST}:{A}:vpc/{V1}", f"{EAST}:{B}:vpc/*"), [Grant(A, (V1,)), Grant(B)]),
        ({"AWS": A}, {**source(V1, V2), **authorized(f"{EAST}:{A}:vpc/{V2}")}, [Grant(A, (V2,))]),
        ({"AWS": A}, {"StringLike": {"aws:RequestedRegion": "us-*", "aws:SourceVpc": V1}}, [Grant(A, (V1,))]),
        ({"AWS": A}, {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", EAST]}}, [Grant(A)]),
        ({"AWS": A}, {"StringEquals": {"aws:RequestedRegion": "us-*"}}, []),
    ],
)
def test_conditions_are_read_as_the_service_evaluates_them(
    principal: Any, condition: Policy, grants: list[Grant]
) -> None:
    reading = reading_of(statement(principal, condition))
    assert reading.grants == tuple(grants)
    assert reading.foreign == ()
    assert reading.styles


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Effect": "Deny"}, "it denies"),
        ({"Principal": {"AWS": f"arn:aws:iam::{A}:role/R"}}, "it names no whole account"),
        ({"Principal": {"AWS": []}}, "it names no whole account"),
        ({"Action": "redshift-serverless:*"}, "its actions are not those of endpoint access alone"),
        ({"Action": "redshift-serverless:Create*"}, "its actions are not those"),
        ({"Action": "*:CreateEndpointAccess"}, "its actions are not those"),
        (
            {"Action": ["redshift-serverless:*EndpointAccess", "redshift-serverless:GetWorkgroup"]},
            "its actions are not",
        ),
        ({"Resource": "arn:aws:redshift-serverless:*:*:snapshot/*"}, "its Resource is another"),
        ({"NotResource": "arn:aws:s3:::bucket"}, "it has NotResource"),
        (
            {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
            "the condition StringEquals aws:PrincipalOrgID",
        ),
        ({"Condition": source(V1, operator="StringNotLike")}, "the condition StringNotLike aws:SourceVpc"),
        ({"Condition": source(V1, operator="StringLikeIfExists")}, "the condition StringLikeIfExists"),
        ({"Condition": source(V1, operator="ArnLike")}, "the condition ArnLike aws:SourceVpc"),
        ({"Condition": source("vpc-12*")}, r"vpc-12\* names VPCs by a part"),
        ({"Condition": authorized(f"{EAST}:{A}:vpc/vpc-?2*")}, "names VPCs by a part"),
        ({"Condition": authorized("*")}, r"arn:aws:ec2:\* is not the ARN"),
        ({"Condition": authorized(EAST + ":${aws:PrincipalAccount}:vpc/*")}, "policy variable"),
        ({"Principal": "*", "Condition": authorized(f"{EAST}:12*:vpc/*")}, "names accounts by a part"),
    ],
)
def test_a_statement_that_grants_cannot_express_is_foreign_and_noted(
    changed: Policy, reason: str, workgroup_arn: str
) -> None:
    one = {**statement({"AWS": A}), **changed}
    reading = read({"Statement": [one]}, EAST, workgroup_arn)
    assert (reading.grants, reading.foreign, reading.styles) == ((), (one,), frozenset())
    [note] = reading.notes
    assert re.match(rf"Statement\[0\] also decides on VPC access, but .*{reason}.*; it is left as it is\.$", note)


def test_what_is_not_about_vpc_access_is_foreign_without_a_word() -> None:
    others = [
        FOREIGN[1],
        statement({"AWS": A}, action="redshift-serverless:GetEndpointAccess"),
        {"Effect": "Allow", "Principal": "*", "NotAction": "redshift-serverless:*"},
        {"Effect": "Allow", "Principal": "*", "NotAction": ["s3:*", "Redshift-Serverless:CreateEndpointAccess"]},
    ]
    reading = reading_of(*others)
    assert (reading.grants, reading.foreign, reading.notes) == ((), tuple(others), ())


def test_not_actions_that_leave_endpoint_access_open_are_noted() -> None:
    reading = reading_of({"Effect": "Allow", "Principal": "*", "NotAction": "redshift-serverless:DeleteWorkgroup"})
    assert "it has NotAction" in reading.notes[0]


@pytest.mark.parametrize(
    "action",
    [
        "redshift-serverless:*EndpointAccess",
        "Redshift-Serverless:*endpoint*",
        ["redshift-serverless:CreateEndpoint*", "redshift-serverless:ListEndpointAccess"],
        ["redshift-serverless:??????EndpointAccess"],
    ],
)
def test_wildcards_in_actions(action: Any) -> None:
    assert reading_of(statement({"AWS": A}, action=action)).grants == (Grant(A),)


def test_accounts_and_roles_in_one_statement_are_parted(sample: Policy) -> None:
    role = "arn:aws:iam::234567890123:role/R"
    [mixed] = sample["Statement"]
    mixed["Principal"] = {"Service": "redshift.amazonaws.com", "AWS": [role, A, f"arn:aws:iam::{B}:root"]}
    rest = {**mixed, "Principal": {"Service": "redshift.amazonaws.com", "AWS": [role]}}
    before = copy.deepcopy(sample)
    reading = read(sample, EAST)
    assert reading.grants == (Grant(A), Grant(B, ("vpc-456", "vpc-987")))
    assert reading.foreign == (rest,)
    assert reading.notes == (
        "Statement[0] also names principals that are not whole accounts; they are left as they are.",
    )
    assert not needs_rewrite(reading, reading.grants)
    policy = write(reading, reading.grants[:1], partition="aws", region=EAST)
    assert policy is not None
    assert policy["Statement"][0] == rest
    assert policy["Statement"][1]["Sid"] == "CrossAccountCrossVPCAccess2"
    again = read(policy, EAST)
    assert (again.grants, again.foreign) == (reading.grants[:1], (rest,))
    assert sample == before
    assert write(reading, (), partition="aws", region=EAST) == {"Version": "2012-10-17", "Statement": [rest]}


def test_several_statements_add_up() -> None:
    reading = reading_of(
        statement({"AWS": [A, B]}, source(V1)),
        statement({"AWS": A}, authorized(f"{EAST}:{A}:vpc/{V2}")),
        statement({"AWS": B}),
    )
    assert reading.grants == (Grant(A, (V1, V2)), Grant(B))
    assert reading.styles == {"source_vpc", "authorized_vpc", "unconditional"}
    assert reading.style() == "authorized_vpc"


# ---- Writing --------------------------------------------------------------------------------------------------


def test_source_vpc_has_a_statement_for_each_set_of_vpcs() -> None:
    grants = (Grant("*", (V1,)), Grant(C), Grant(A, (V1,)), Grant(B, (V1,)))
    policy = write(Reading(), grants, partition="aws", region=EAST, style="source_vpc")
    assert policy is not None
    assert [(part["Principal"]["AWS"], part.get("Condition")) for part in policy["Statement"]] == [
        ("*", {"StringLike": {"aws:SourceVpc": [V1]}}),
        ([C], None),
        ([A, B], {"StringLike": {"aws:SourceVpc": [V1]}}),
    ]


def test_authorized_vpc_names_partition_and_region() -> None:
    policy = write(Reading(), (Grant("*"), Grant(A, (V1,))), partition="aws-cn", region="cn-north-1")
    assert policy is not None
    assert [part["Condition"]["ArnLike"] for part in policy["Statement"]] == [
        {"redshift-serverless:AuthorizedVpc": [f"arn:aws-cn:ec2:cn-north-1:{A}:vpc/{V1}"]},
        {"redshift-serverless:AuthorizedVpc": ["arn:aws-cn:ec2:cn-north-1:*:vpc/*"]},
    ]
    assert all("Resource" not in part for part in policy["Statement"])


def test_the_frame_of_the_policy_stays() -> None:
    policy = {"Version": "2008-10-17", "Id": "mine", "Statement": [FOREIGN[1], statement({"AWS": A})]}
    reading = read(policy, EAST)
    assert write(reading, (), partition="aws", region=EAST) == {**policy, "Statement": [FOREIGN[1]]}
    assert write(read(None, EAST), (), partition="aws", region=EAST) is None


def test_what_is_written_shares_nothing_with_what_was_read() -> None:
    reading = reading_of(copy.deepcopy(FOREIGN[1]))
    policy = write(reading, (), partition="aws", region=EAST)
    assert policy is not None
    policy["Statement"][0]["Principal"]["AWS"] = "*"
    assert reading.foreign == (FOREIGN[1],)


# ---- Deciding -------------------------------------------------------------------------------------------------


def test_the_style_in_use_is_kept_unless_another_is_asked_for(sample: Policy, present_sample: Policy) -> None:
    assert Reading().style() == "authorized_vpc"
    assert Reading().style("source_vpc") == "source_vpc"
    today = read(present_sample, EAST)
    policy = write(today, (*today.grants, Grant(C)), partition="aws", region=EAST)
    assert read(policy, EAST).styles == {"source_vpc", "unconditional"}
    assert needs_rewrite(today, today.grants, style="authorized_vpc")
    assert not needs_rewrite(today, today.grants)


def test_unconditional_statements_are_the_source_vpc_style() -> None:
    reading = reading_of(statement({"AWS": A}))
    assert reading.styles == {"unconditional"}
    assert not needs_rewrite(reading, reading.grants, style="source_vpc")
    assert needs_rewrite(reading, reading.grants, style="authorized_vpc")


def test_statements_that_give_nothing_go_only_with_a_purge() -> None:
    idle = reading_of(statement({"AWS": A}, authorized(f"eu-west-1:{A}:vpc/*")))
    assert idle.grants == ()
    assert not needs_rewrite(idle, ())
    assert needs_rewrite(idle, (), purge=True)
    assert needs_rewrite(idle, (Grant(A),))
    assert not needs_rewrite(Reading(), (), purge=True)


def test_absent_takes_away_vpcs_accounts_or_all() -> None:
    current = Reading(grants=(Grant(A, (V1, V2)), Grant(B)))
    assert desired(current, None, state="absent") == ()
    assert desired(current, (), state="absent") == current.grants
    assert desired(current, (Grant(A, (V1, V3)),), state="absent") == (Grant(A, (V2,)), Grant(B))
    assert desired(current, (Grant(A, (V1, V2)), Grant(C, (V1,))), state="absent") == (Grant(B),)
    assert desired(current, (Grant(B),), state="absent") == current.grants[:1]
    assert desired(current, None, state="present", purge=True) == current.grants
    with pytest.raises(PolicyError, match=f"account {B} has access from all its VPCs, so {V1} cannot be taken away"):
        desired(current, (Grant(B, (V1,)),), state="absent")


# ---- The option -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "grants"),
    [
        ([], []),
        ([{"account": A}], [Grant(A)]),
        ([{"account": 123456789012, "vpc_ids": None}], [Grant(A)]),
        ([{"account": f"arn:aws-cn:iam::{A}:root", "vpc_ids": ["*"]}], [Grant(A)]),
        ([{"account": C, "vpc_ids": [V2, V1, V2]}], [Grant(C, (V1, V2))]),
        ([{"account": A, "vpc_ids": V1}, {"account": A, "vpc_ids": [V2]}], [Grant(A, (V1, V2))]),
        ([{"account": B, "vpc_ids": [V1]}, {"account": A}, {"account": B}], [Grant(A), Grant(B)]),
    ],
)
def test_grants_of_the_option(given: list[Policy], grants: list[Grant]) -> None:
    assert validate(given, allow_any_account=False) == tuple(grants)


def test_all_problems_are_told_with_the_option_and_the_consent_that_were_asked_for() -> None:
    given: list[Policy] = [{"account": "1"}, {"account": "*"}, {"account": A, "vpc_ids": ["vpc-1", V1]}]
    first, second, third = problems(given, False, "access", "consent")
    assert first.startswith("access[0].account: got '1'")
    assert "set consent: true" in second
    assert third.startswith("access[2].vpc_ids[0]: got 'vpc-1'")
    assert problems([{"account": f"arn:aws:iam::{A}:root"}, {"account": "*"}], True) == []


def test_the_owner_needs_no_grant() -> None:
    (problem,) = own_account_problems([Grant(A), Grant("*")], A, "access")
    assert f"access: got the account {A}, which owns the workgroup" in problem
    assert own_account_problems([Grant(A)], None) == []


@pytest.mark.parametrize(
    ("grant", "account", "vpc", "enough"),
    [
        (Grant(A), A, V1, True),
        (Grant(A), "999999999999", V1, False),
        (Grant(A), None, V1, True),
        (Grant("*"), "999999999999", None, True),
        (Grant(A, (V1,)), A, V1, True),
        (Grant(A, (V1,)), A, "vpc-99999999", False),
        (Grant(A, (V1,)), A, None, False),
    ],
)
def test_whether_grants_are_enough_for_an_endpoint(grant: Grant, account: str, vpc: str, enough: bool) -> None:
    assert cover([grant], account, vpc) is enough


def test_any_account_only_with_consent() -> None:
    given: list[Policy] = [{"account": A}, {"account": "*", "vpc_ids": [V1]}]
    assert validate(given, allow_any_account=True) == (Grant("*", (V1,)), Grant(A))
    with pytest.raises(PolicyError, match=r"^grants\[1\]\.account: got '\*', .* set allow_any_account: true if"):
        validate(given, allow_any_account=False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"account": 1402433619},
            r"account: got '1402433619'; expected the 12 digits .* Quote an id that begins with 0",
        ),
        ({"account": "12345678901"}, r"account: got '12345678901'; expected the 12 digits .* Quote an id"),
        (
            {"account": "1234567890123"},
            r"account: got '1234567890123'; expected the 12 digits of .* or its root ARN\.$",
        ),
        ({"account": "1234-5678-9012"}, r"account: got '1234-5678-9012'"),
        ({"account": "arn:aws:iam::123456789012:role/R"}, r"role/R'; expected the 12 digits"),
        ({"account": True}, "account: got 'True'"),
        ({"account": ""}, "account: got nothing"),
        ({}, "account: got nothing"),
        ({"account": A, "vpc_ids": []}, r"vpc_ids: got an empty list, which would let nobody in"),
        ({"account": A, "vpc_ids": ["*", V1]}, r"vpc_ids: got .* expected either ids of VPCs or"),
        ({"account": A, "vpc_ids": [V1, "vpc-456"]}, r"vpc_ids\[1\]: got 'vpc-456'; expected the id of a VPC"),
        ({"account": A, "vpc_ids": ["vpc-123456789"]}, r"vpc_ids\[0\]: got 'vpc-123456789'"),
        ({"account": A, "vpc_ids": ["vpc-1234567G"]}, "got 'vpc-1234567G'"),
        ({"account": A, "vpc_ids": ["vpc-*"]}, r"got 'vpc-\*'"),
        ({"account": A, "vpc_ids": [None]}, "got 'None'; expected the id of a VPC"),
    ],
)
def test_senseless_grants_are_refused_in_words(given: Policy, words: str) -> None:
    with pytest.raises(PolicyError, match=rf"^grants\[1\]\..*{words}"):
        validate([{"account": B}, given], allow_any_account=False)
