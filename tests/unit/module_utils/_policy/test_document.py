# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import datetime as dt
import json
import types
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._core.ids import account_of
from ansible_collections.redshift.serverless.plugins.module_utils._policy.document import (
    PolicyError,
    as_held,
    canonical,
    covers,
    held,
    parse,
    strangers,
)
from ansible_collections.redshift.serverless.plugins.module_utils._policy.document import difference as _difference
from ansible_collections.redshift.serverless.plugins.module_utils._policy.document import equivalent as _equivalent
from hypothesis import given
from hypothesis import strategies as st

Policy = dict[str, Any]
Scrambled = Callable[[Policy], st.SearchStrategy[Policy | str]]

ALLOW: Policy = {"Effect": "Allow", "Principal": "*", "Action": "redshift-serverless:GetEndpointAccess"}


def policy_of(**members: Any) -> Policy:
    return {"Version": "2012-10-17", "Statement": [{**ALLOW, **members}]}


def equivalent(a: Policy | str | None, b: Policy | str | None, arn: str | None = None) -> bool:
    return _equivalent(None if a is None else parse(a), None if b is None else parse(b), arn)


def difference(wanted: Policy | str, found: Policy | str, arn: str | None = None) -> str:
    return _difference(parse(wanted), parse(found), arn)


accounts = st.sampled_from(["000000000001", "123456789012", "234567890123"])
principals = st.one_of(
    st.just("*"),
    st.fixed_dictionaries({"AWS": st.lists(accounts | st.just("arn:aws:iam::123456789012:role/R"), max_size=3)}),
    st.just({"Service": "redshift.amazonaws.com"}),
)
conditions = st.dictionaries(
    st.sampled_from(["StringLike", "ArnLike", "Bool", "NumericEquals"]),
    st.dictionaries(
        st.sampled_from(["aws:SourceVpc", "redshift-serverless:AuthorizedVpc", "aws:SecureTransport"]),
        st.lists(st.sampled_from(["vpc-12345678", "vpc-87654321", "true", "7"]), max_size=3),
        max_size=2,
    ),
    max_size=2,
)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": principals,
        "Action": st.lists(
            st.sampled_from(["redshift-serverless:CreateEndpointAccess", "redshift-serverless:*", "redshift:Get?"]),
            min_size=1,
        ),
    },
    optional={"Condition": conditions, "Resource": st.just("arn:aws:redshift-serverless:*:*:*")},
)
policies = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.lists(statements, min_size=1, max_size=4)}
)


@given(data=st.data(), policy=policies)
def test_other_texts_of_one_meaning_are_equivalent(
    data: st.DataObject, policy: Policy, scrambled: Scrambled, workgroup_arn: str
) -> None:
    one, other = data.draw(scrambled(policy)), data.draw(scrambled(policy))
    assert equivalent(policy, one, workgroup_arn)
    assert equivalent(one, policy, workgroup_arn)
    assert equivalent(one, other, workgroup_arn)
    assert difference(one, other, workgroup_arn) == ""


@given(a=policies, b=policies)
def test_difference_is_empty_exactly_for_equivalent_policies(a: Policy, b: Policy, workgroup_arn: str) -> None:
    assert equivalent(a, b, workgroup_arn) == (difference(a, b, workgroup_arn) == "")


@given(policy=policies)
def test_parsing_changes_nothing_and_shares_nothing(policy: Policy) -> None:
    before = copy.deepcopy(policy)
    parsed = parse(policy)
    assert parsed == before
    assert parse(json.dumps(policy)) == before
    parsed["Statement"][0]["Effect"] = None
    parsed["Statement"].clear()
    assert policy == before


def changed_ways(statement: Policy) -> list[Policy]:
    arns = statement["Condition"]["ArnLike"]["redshift-serverless:AuthorizedVpc"]
    return [
        statement | {"Effect": "Deny"},
        statement | {"Principal": {"AWS": ["123456789012"]}},
        statement | {"Principal": {"AWS": ["123456789012", "234567890124"]}},
        statement | {"Principal": {"AWS": "*"}},
        statement | {"Principal": {"Service": ["123456789012", "234567890123"]}},
        statement | {"Principal": {"AWS": ["arn:aws:iam::123456789012:role/root", "234567890123"]}},
        statement | {"Action": statement["Action"][:3]},
        statement | {"Action": [*statement["Action"], "redshift-serverless:ListEndpointAccess"]},
        statement | {"Condition": {}},
        statement | {"Condition": {"ArnLike": {"redshift-serverless:AuthorizedVpc": arns[:2]}}},
        statement | {"Condition": {"ArnLike": {"redshift-serverless:AuthorizedVpc": [*arns[:2], arns[2].upper()]}}},
        statement | {"Condition": {"ArnNotLike": {"redshift-serverless:AuthorizedVpc": arns}}},
        statement | {"Condition": {"ArnLike": {"aws:SourceVpc": arns}}},
        statement | {"Condition": {**statement["Condition"], "Bool": {"aws:SecureTransport": True}}},
        statement | {"Resource": "arn:aws:redshift-serverless:*:*:snapshot/*"},
        statement | {"NotResource": "*"},
        {name: value for name, value in statement.items() if name != "Principal"}
        | {"NotPrincipal": statement["Principal"]},
    ]


def test_every_real_change_is_seen(sample: Policy, workgroup_arn: str) -> None:
    [statement] = sample["Statement"]
    for changed in changed_ways(statement):
        for arn in (None, workgroup_arn):
            assert not equivalent(sample, {**sample, "Statement": [changed]}, arn), changed
            assert not equivalent({**sample, "Statement": changed}, sample, arn), changed
            assert not equivalent(sample, {**sample, "Statement": [statement, changed]}, arn), changed


def test_no_policy_is_only_equivalent_to_no_policy(sample: Policy) -> None:
    assert equivalent(None, None)
    assert not equivalent(None, sample)
    assert not equivalent(sample, None)
    assert canonical(None) == frozenset()


@pytest.mark.parametrize(
    ("resource", "same"),
    [
        ("*", True),
        ("arn:aws:redshift-serverless:*:*:*", True),
        ("arn:aws:redshift-serverless:us-east-1:111122223333:workgroup/*", True),
        (["arn:aws:s3:::bucket", "arn:aws:redshift-serverless:us-east-1:11112222333?:workgroup/4f3c1a52-*"], True),
        ("arn:aws:redshift-serverless:us-east-1:111122223333:workgroup/[4]*", False),
        ("arn:aws:redshift-serverless:us-east-1:999999999999:workgroup/*", False),
        ("arn:aws-cn:redshift-serverless:*:*:*", False),
    ],
)
def test_a_resource_that_covers_the_workgroup_says_nothing(
    sample: Policy, workgroup_arn: str, resource: Any, same: bool
) -> None:
    [statement] = sample["Statement"]
    assert equivalent(sample, {"Statement": {**statement, "Resource": resource}}, workgroup_arn) is same


@pytest.mark.parametrize("name", ["Resource", "NotResource"])
def test_the_order_of_resources_does_not_matter(name: str, workgroup_arn: str) -> None:
    one, two = (policy_of(**{name: arns}) for arns in (["a", "b", "a"], ["b", "a"]))
    assert equivalent(one, two, workgroup_arn)
    assert not equivalent(one, policy_of(**{name: ["a"]}), workgroup_arn)


def test_the_version_matters_only_where_a_policy_variable_is_used() -> None:
    old = {"Version": "2008-10-17"}
    assert equivalent(policy_of(), policy_of() | old)
    variable = policy_of(Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}})
    assert not equivalent(variable, variable | old)


def test_parse_gives_version_and_a_list_and_keeps_the_rest(sample: Policy) -> None:
    [statement] = sample["Statement"]
    statement["Remark"] = {"by": ["hand"]}
    parsed = parse(types.MappingProxyType({"Id": "mine", "Statement": types.MappingProxyType(statement)}))
    assert parsed == {"Version": "2012-10-17", "Id": "mine", "Statement": [statement]}
    assert next(iter(parsed)) == "Version"
    assert parse({**sample, "Version": dt.date(2012, 10, 17)})["Version"] == "2012-10-17"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("{\n  'a': 1}", "not JSON: Expecting property name enclosed in double quotes at line 2, column 3"),
        ("", "not JSON: Expecting value at line 1, column 1"),
        ('{"Statement": []}}', "not JSON: Extra data at line 1, column 18"),
        ('{"Statement": [], "Statement": []}', "member Statement twice"),
        ("[]", r"a JSON object with Version and Statement, not \[\]"),
        ("null", "not null"),
        ({}, "no Statement"),
        ({"Statement": []}, "no Statement"),
        ({"statement": [ALLOW]}, "begin with a capital"),
        ({"Version": "2012-10-18", "Statement": [ALLOW]}, '"2012-10-18" is not a version'),
        ({"Statement": [ALLOW, "x"]}, r'Statement\[1\]: a statement is a JSON object, not "x"'),
        (policy_of(Effect="allow"), r'Statement\[0\]: Effect must be Allow or Deny, not "allow"'),
        ({"Statement": {"Principal": "*", "Action": "a:b"}}, "Effect must be Allow or Deny, not null"),
        ({"Statement": {"Effect": "Deny", "Principal": "*"}}, "one of Action and NotAction"),
        (policy_of(NotAction="a:b"), "one of Action and NotAction"),
        ({"Statement": {"Effect": "Deny", "Action": "a:b"}}, "one of Principal and NotPrincipal"),
        (policy_of(Action=["a:b", 1]), r"Statement\[0\]\.Action: expected a string or a list of strings, not 1"),
        (policy_of(Principal="123456789012"), r'Principal: expected "\*" or an object'),
        (policy_of(Principal={"AWS": 123456789012}), r"Principal\.AWS: .* not 123456789012; quote it"),
        (policy_of(Condition=["x"]), "Condition: expected an object of operators"),
        (policy_of(Condition={"StringLike": "aws:SourceVpc"}), "Condition: expected an object of operators"),
    ],
)
def test_what_is_no_policy_is_refused_in_words(policy: Any, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        parse(policy)


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        ("123456789012", "123456789012"),
        ("arn:aws:iam::123456789012:root", "123456789012"),
        ("arn:aws-us-gov:iam::123456789012:root", "123456789012"),
        ("arn:aws:iam::123456789012:role/root", None),
        ("arn:aws:sts::123456789012:root", None),
        ("12345678901", None),
        ("1234567890123", None),
        ("١٢٣٤٥٦٧٨٩٠١٢", None),
        ("*", None),
    ],
)
def test_an_account_is_an_id_or_its_root(principal: str, account: str | None) -> None:
    assert account_of(principal) == account


def test_wildcards_are_those_of_iam() -> None:
    assert covers("vpc-*", "vpc-1")
    assert covers("vp?-1", "vpc-1")
    assert not covers("vpc-[12]", "vpc-1")
    assert covers("vpc-[12]", "vpc-[12]")
    assert not covers("VPC-*", "vpc-1")


PATTERNS = ["*", "arn:*", "arn:aws:iam::*:root", "arn:aws:iam::*:role/etl", "arn:aws:iam::12345678901?:root", "1*"]


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        *({"AWS": pattern} for pattern in PATTERNS),
        {"AWS": ["123456789012", "arn:aws:iam::*:root"]},
        {"AWS": [f"{digit}*" for digit in range(10)]},
        {"AWS": "arn:aws:iam::${aws:PrincipalAccount}:root"},
        {"Service": "*"},
        {"Federated": "accounts.google.com"},
    ],
    ids=str,
)
def test_who_allows_accounts_that_are_not_named_allows_strangers(principal: Any) -> None:
    found = strangers(parse(policy_of(Principal=principal)))

    assert found[0] and all(name in str(principal) and name != "123456789012" for name in found[0])
    assert strangers(parse(policy_of(Principal=principal, Effect="Deny"))) == {}


def test_everybody_but_somebody_is_strangers() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "redshift-serverless:*"}

    assert strangers(
        parse({"Statement": [policy_of(Principal={"AWS": "123456789012"})["Statement"][0], statement]})
    ) == {1: ["NotPrincipal"]}


@pytest.mark.parametrize(
    "name",
    [
        "123456789012",
        "arn:aws:iam::123456789012:root",
        "arn:aws-cn:iam::123456789012:role/team/*",
        "AROAEXAMPLEID1234567",
    ],
)
def test_whom_a_policy_names_is_no_stranger(name: str) -> None:
    assert strangers(parse(policy_of(Principal={"AWS": [name], "Service": "redshift.amazonaws.com"}))) == {}


@given(
    st.lists(accounts, min_size=1),
    st.integers(0, 11),
    st.sampled_from(["*", "?", "?*"]),
    st.sampled_from(["{}", "arn:aws:iam::{}:root", "arn:aws:sts::{}:assumed-role/a/b"]),
)
def test_all_accounts_in_pieces_are_strangers(named: list[str], place: int, wild: str, form: str) -> None:
    piece = form.format(named[0][:place] + wild)

    assert strangers(parse(policy_of(Principal={"AWS": [*named, piece]}))) == {0: [piece]}


def test_what_aws_has_is_held_whatever_it_says() -> None:
    scalar = {"Statement": ALLOW}
    assert held(json.dumps(scalar)).content == scalar
    assert held(json.dumps(scalar)).document == {"Version": "2012-10-17", "Statement": [ALLOW]}
    assert held(json.dumps(scalar)).error == ""

    odd = held('{"Statement": []}')
    assert (odd.content, odd.document) == ({"Statement": []}, None)
    assert odd.error.startswith("The policy has no Statement")

    for text in ("[]", "{", '"x"'):
        assert (held(text).content, held(text).document, bool(held(text).error)) == (None, None, True)


@given(policy=policies)
def test_what_is_written_is_held_as_it_would_be_read_back(policy: Policy) -> None:
    assert as_held(parse(policy)) == held(json.dumps(policy))
