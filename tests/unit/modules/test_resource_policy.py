# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
from unit_kit.answers import NAMESPACE_ARN, WORKGROUP_ARN, workgroup
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]
Policy = dict[str, Any]

A, B = "210987654321", "345678901234"
V1, V2 = "vpc-0a1b2c3d4e5f60718", "vpc-0b1c2d3e4f5061728"
ACTIONS = [f"redshift-serverless:{verb}EndpointAccess" for verb in ("Create", "Update", "Delete", "Get")]
TARGET = {"resourceArn": WORKGROUP_ARN}
FOREIGN = {
    "Sid": "Restore",
    "Effect": "Allow",
    "Principal": {"AWS": B},
    "Action": "redshift-serverless:RestoreFromSnapshot",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("resource_policy", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def statement(account: str, *vpcs: str) -> Policy:
    arns = [f"arn:aws:ec2:us-east-1:{account}:vpc/{vpc}" for vpc in vpcs or ("*",)]
    return {
        "Effect": "Allow",
        "Principal": {"AWS": [account]},
        "Action": ACTIONS,
        "Condition": {"ArnLike": {"redshift-serverless:AuthorizedVpc": arns}},
    }


def policy(*statements: Policy) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def find(aws: Conversation) -> None:
    aws.answer("GetWorkgroup", {"workgroupName": "sales"}, {"workgroup": workgroup()})


def get(aws: Conversation, document: Policy) -> None:
    aws.answer("GetResourcePolicy", TARGET, {"resourcePolicy": {**TARGET, "policy": json.dumps(document)}})


def none(aws: Conversation) -> None:
    aws.refuse("GetResourcePolicy", TARGET, "ResourceNotFoundException", "The resource policy does not exist.")


class Written:
    """A request that puts a policy, whatever its text; it is remembered."""

    def __init__(self) -> None:
        self.text = ""

    def __eq__(self, other: object) -> bool:
        self.text = str(other)
        return True

    __hash__ = None  # type: ignore[assignment]  # it equals everything

    @property
    def policy(self) -> Policy:
        document: Policy = json.loads(self.text)
        return document


def put(aws: Conversation) -> Written:
    written = Written()
    answer = {"resourcePolicy": {**TARGET, "policy": "{}"}}
    aws.answer("PutResourcePolicy", {**TARGET, "policy": written}, answer)
    return written


def grants(*some: tuple[str, list[str] | None]) -> list[Options]:
    return [{"account": account, **({"vpc_ids": vpcs} if vpcs is not None else {})} for account, vpcs in some]


SAME: list[Policy] = [
    policy(statement(A, V1), statement(B)),
    policy({**statement(A, V1), "Principal": {"AWS": f"arn:aws:iam::{A}:root"}}, statement(B)),
    policy({**statement(A, V1), "Resource": WORKGROUP_ARN}, {**statement(B), "Resource": [WORKGROUP_ARN]}),
    policy(
        {
            **statement(A),
            "Principal": {"AWS": [A, B]},
            "Condition": {
                "ArnLike": {
                    "redshift-serverless:AuthorizedVpc": [
                        f"arn:aws:ec2:us-east-1:{A}:vpc/{V1}",
                        f"arn:aws:ec2:us-east-1:{B}:vpc/*",
                    ]
                }
            },
        }
    ),
]


@pytest.mark.parametrize("document", SAME)
@pytest.mark.parametrize("check", [True, False])
def test_the_same_meaning_in_other_words_costs_two_reads(
    run: Runner, aws: Conversation, document: Policy, check: bool
) -> None:
    find(aws)
    get(aws, document)

    result = run.succeed({"workgroup": "sales", "grants": grants((B, None), (A, [V1]))}, check=check)

    assert (result["changed"], result["restarted"]) == (False, False)
    assert result["grants"] == [{"account": A, "vpc_ids": [V1]}, {"account": B, "vpc_ids": ["*"]}]
    assert result["policy"] == document


def test_a_policy_is_parsed_once_where_it_is_read(run: Runner, aws: Conversation, parses: list[Any]) -> None:
    before, after = policy(statement(A)), policy(statement(A), statement(B))
    find(aws)
    get(aws, before)
    put(aws)
    get(aws, before)  # not there yet: looked at once more
    get(aws, after)

    run.succeed({"workgroup": "sales", "grants": grants((A, None), (B, None))}, diff=True)

    assert parses == [json.dumps(each) for each in (before, before, after)]


@pytest.mark.parametrize("check", [True, False])
def test_a_whole_policy_is_parsed_once_where_it_is_given(
    run: Runner, aws: Conversation, parses: list[Any], check: bool
) -> None:
    before, wanted = policy(statement(A)), policy(statement(B))
    find(aws)
    get(aws, before)
    if not check:
        put(aws)
        get(aws, wanted)

    run.succeed({"workgroup": "sales", "policy": json.dumps(wanted)}, check=check, diff=True)

    assert parses == [json.dumps(each) for each in (wanted, before, wanted)[: 2 if check else 3]]


@pytest.mark.parametrize("check", [True, False])
def test_a_policy_without_change_is_parsed_once(run: Runner, aws: Conversation, parses: list[Any], check: bool) -> None:
    find(aws)
    get(aws, policy(statement(A)))

    run.succeed({"workgroup": "sales", "grants": grants((A, None))}, check=check, diff=True)

    assert len(parses) == 1


def test_with_an_arn_it_costs_one_read(run: Runner, aws: Conversation) -> None:
    get(aws, policy(statement(A)))

    result = run.succeed({"resource_arn": WORKGROUP_ARN, "grants": grants((A, ["*"]))})

    assert result["changed"] is False


def test_grants_are_written_and_read_back(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)
    put(aws)
    get(aws, {"Version": "2012-10-17", "Statement": {**statement(A, V1, V2), "Resource": WORKGROUP_ARN}})

    result = run.succeed({"workgroup": "sales", "grants": grants((A, [V2, V1]))}, diff=True)

    assert operations(result) == ["PutResourcePolicy"]
    assert result["grants"] == [{"account": A, "vpc_ids": [V1, V2]}]
    assert result["diff"]["before"]["grants"] == []


def test_a_policy_that_reads_back_with_another_meaning_is_a_failure(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)
    put(aws)
    for _unused in range(70):
        none(aws)

    code, result = run.run({"workgroup": "sales", "grants": grants((A, None))})

    assert code == 1
    assert "AWS reported PutResourcePolicy as done" in result["msg"]
    assert 60 < run.clock.time < 90


def test_statements_of_others_stay(run: Runner, aws: Conversation) -> None:
    find(aws)
    get(aws, policy(FOREIGN, statement(A)))
    written = put(aws)
    get(aws, policy(FOREIGN, statement(B)))

    result = run.succeed({"workgroup": "sales", "grants": grants((B, None))})

    assert FOREIGN in written.policy["Statement"]
    assert result["grants"] == [{"account": B, "vpc_ids": ["*"]}]


def test_without_purging_other_grants_stay(run: Runner, aws: Conversation) -> None:
    find(aws)
    get(aws, policy(statement(A, V1)))
    put(aws)
    get(aws, policy(statement(A, V1), statement(B)))

    result = run.succeed({"workgroup": "sales", "grants": grants((B, None)), "purge_grants": False})

    assert [grant["account"] for grant in result["grants"]] == [A, B]


@pytest.mark.parametrize(
    "options",
    [
        {"grants": []},
        {"grants": [{"account": A}], "state": "absent"},
        {"state": "absent"},
    ],
)
def test_the_last_grant_takes_the_policy_with_it(run: Runner, aws: Conversation, options: Options) -> None:
    find(aws)
    get(aws, policy(statement(A)))
    aws.answer("DeleteResourcePolicy", TARGET, {})
    none(aws)

    result = run.succeed({"workgroup": "sales", **options})

    assert (operations(result), result["policy"], result["grants"]) == (["DeleteResourcePolicy"], None, [])


def test_the_last_grant_leaves_the_statements_of_others(run: Runner, aws: Conversation) -> None:
    find(aws)
    get(aws, policy(FOREIGN, statement(A)))
    written = put(aws)
    get(aws, policy(FOREIGN))

    run.succeed({"workgroup": "sales", "state": "absent"})

    assert written.policy["Statement"] == [FOREIGN]


@pytest.mark.parametrize("check", [True, False])
def test_absent_already(run: Runner, aws: Conversation, check: bool) -> None:
    find(aws)
    none(aws)

    assert run.succeed({"workgroup": "sales", "state": "absent"}, check=check)["changed"] is False


def test_nothing_is_absent_from_a_workgroup_that_is_gone(run: Runner, aws: Conversation) -> None:
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "not found")

    assert run.succeed({"workgroup": "sales", "state": "absent"})["changed"] is False


def test_a_deletion_that_finds_itself_done_is_done(run: Runner, aws: Conversation) -> None:
    find(aws)
    get(aws, policy(statement(A)))
    aws.refuse("DeleteResourcePolicy", TARGET, "ResourceNotFoundException", "The resource policy does not exist.")
    none(aws)

    assert run.succeed({"workgroup": "sales", "state": "absent"})["policy"] is None


@pytest.mark.parametrize("style", ["authorized_vpc", "source_vpc"])
def test_check_mode_writes_nothing_and_tells_the_same(run: Runner, aws: Conversation, style: str) -> None:
    options = {"workgroup": "sales", "grants": grants((A, [V1])), "condition": style}
    find(aws)
    none(aws)
    foretold = run.succeed(options, check=True, diff=True)
    find(aws)
    none(aws)
    written = put(aws)
    get(aws, foretold["policy"])
    happened = run.succeed(options, diff=True)

    assert written.policy == foretold["policy"]
    assert [change["parameters"] for change in foretold["changes"]] == [
        change["parameters"] for change in happened["changes"]
    ]
    assert foretold["grants"] == happened["grants"]
    assert foretold["diff"] == happened["diff"]


def test_check_mode_works_from_nothing(run: Runner, aws: Conversation) -> None:
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "not found")

    result = run.succeed({"workgroup": "sales", "grants": grants((A, None))}, check=True)

    assert operations(result) == ["PutResourcePolicy"]
    assert (result["resource_arn"], result["grants"]) == (None, [{"account": A, "vpc_ids": ["*"]}])


def test_a_workgroup_that_is_not_there_is_refused(run: Runner, aws: Conversation) -> None:
    aws.refuse("GetWorkgroup", {"workgroupName": "sales"}, "ResourceNotFoundException", "not found")

    message = run.fail({"workgroup": "sales", "grants": grants((A, None))})["msg"]

    assert message.startswith("workgroup: got 'sales'; expected a workgroup of this account in Region us-east-1.")


@pytest.mark.parametrize("given", [policy(FOREIGN, statement(A)), json.dumps(policy(statement(A), FOREIGN))])
def test_a_whole_policy_is_compared_by_meaning(run: Runner, aws: Conversation, given: Any) -> None:
    find(aws)
    get(
        aws,
        policy({**FOREIGN, "Principal": {"AWS": [f"arn:aws:iam::{B}:root"]}, "Resource": WORKGROUP_ARN}, statement(A)),
    )

    assert run.succeed({"workgroup": "sales", "policy": given})["changed"] is False


def test_a_whole_policy_replaces_everything(run: Runner, aws: Conversation) -> None:
    find(aws)
    get(aws, policy(FOREIGN, statement(A)))
    written = put(aws)
    get(aws, policy(statement(B)))

    run.succeed({"workgroup": "sales", "policy": policy(statement(B))})

    assert written.policy == policy(statement(B))


ODD = [
    "{not json",
    "[]",
    "null",
    '{"Version": "2012-10-17"}',
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "PrincipalGroup": {"AWS": "1"}, "Action": "*"}]}',
    '{"Statement": ' + "[" * 5000 + "]" * 5000 + "}",
    '{"Statement": ' + "[" * 400 + "]" * 400 + "}",
    '{"Statement": ' + "9" * 6000 + "}",
]
odd = pytest.mark.parametrize("text", ODD, ids=lambda text: text[:40])


def get_text(aws: Conversation, text: str) -> None:
    aws.answer("GetResourcePolicy", TARGET, {"resourcePolicy": {**TARGET, "policy": text}})


@odd
@pytest.mark.parametrize(
    "options",
    [
        {"grants": grants((A, None))},
        {"grants": grants((A, None)), "state": "absent"},
        {"grants": [], "purge_grants": False},
    ],
)
def test_single_grants_of_a_policy_that_nobody_understands_stay(
    run: Runner, aws: Conversation, text: str, options: Options
) -> None:
    find(aws)
    get_text(aws, text)

    message = run.fail({"workgroup": "sales", **options})["msg"]

    assert message.startswith("grants: got single grants, but the present policy can't be understood (")
    assert "state: absent and without grants" in message


@odd
@pytest.mark.parametrize(
    "options", [{"state": "absent"}, {"state": "absent", "policy": policy(statement(A))}, {"grants": []}], ids=str
)
def test_all_access_is_taken_away_whatever_the_policy_says(
    run: Runner, aws: Conversation, text: str, options: Options
) -> None:
    find(aws)
    get_text(aws, text)
    aws.answer("DeleteResourcePolicy", TARGET, {})
    none(aws)

    result = run.succeed({"workgroup": "sales", **options}, diff=True)

    assert operations(result) == ["DeleteResourcePolicy"]
    assert (result["diff"]["before"]["grants"], result["grants"]) == (None, [])
    assert result["diff"]["before"]["policy_error"]


@odd
def test_a_whole_policy_takes_the_place_of_one_that_nobody_understands(
    run: Runner, aws: Conversation, text: str
) -> None:
    find(aws)
    get_text(aws, text)
    written = put(aws)
    get(aws, policy(statement(B)))

    result = run.succeed({"workgroup": "sales", "policy": policy(statement(B))})

    assert written.policy == policy(statement(B))
    assert "policy_error" not in result


def test_a_policy_that_reads_back_in_an_unknown_form_is_sent_once_and_told(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)
    put(aws)
    get_text(aws, ODD[4])

    result = run.succeed({"workgroup": "sales", "policy": policy(statement(B))})

    assert operations(result) == ["PutResourcePolicy"]
    assert (result["grants"], "Principal" in result["policy_error"]) == (None, True)


@pytest.mark.parametrize("own", [WORKGROUP_ARN, [WORKGROUP_ARN]])
def test_a_resource_that_is_the_policys_own_is_never_sent_back(run: Runner, aws: Conversation, own: Any) -> None:
    find(aws)
    get(aws, policy({**FOREIGN, "Resource": own}, {**statement(A), "Resource": own}))
    written = put(aws)
    get(aws, policy({**FOREIGN, "Resource": own}, {**statement(B), "Resource": own}))

    run.succeed({"workgroup": "sales", "grants": grants((B, None))})

    assert all("Resource" not in each for each in written.policy["Statement"])
    assert len(written.policy["Statement"]) == 2


def test_a_resource_that_aws_refuses_names_the_remedy(run: Runner, aws: Conversation) -> None:
    given = policy({**statement(A), "Resource": "arn:aws:redshift-serverless:*:*:*"})
    find(aws)
    none(aws)
    aws.refuse(
        "PutResourcePolicy",
        {**TARGET, "policy": json.dumps(given)},
        "InvalidPolicyException",
        "Resources are not allowed",
    )

    message = run.fail({"workgroup": "sales", "policy": given})["msg"]

    assert message.startswith("policy: got a Resource that AWS does not accept; expected none.")
    assert ".." not in message


def test_grants_by_source_vpc_are_told_and_warned_of(run: Runner, aws: Conversation) -> None:
    weak = {**statement(A), "Condition": {"StringLike": {"aws:SourceVpc": V1}}}
    find(aws)
    get(aws, policy(weak, statement(B)))

    result = run.succeed({"workgroup": "sales", "grants": grants((A, [V1]), (B, None))})

    assert result["grants"] == [
        {"account": A, "vpc_ids": [V1], "condition": "source_vpc"},
        {"account": B, "vpc_ids": ["*"]},
    ]
    assert result["notes"][-1].startswith(f"{A}: access depends on aws:SourceVpc.")


def test_asking_for_source_vpc_is_warned_of(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)

    run.succeed({"workgroup": "sales", "grants": grants((A, [V1])), "condition": "source_vpc"}, check=True)

    assert any("condition: access depends on aws:SourceVpc" in warning for warning in run.warnings)


def test_a_missing_permission_is_one_sentence_with_the_action(run: Runner, aws: Conversation) -> None:
    find(aws)
    aws.refuse("GetResourcePolicy", TARGET, "AccessDeniedException", "No.")

    message = run.fail({"workgroup": "sales", "grants": grants((A, None))})["msg"]

    assert "redshift-serverless:GetResourcePolicy" in message


BAD: list[tuple[Options, str]] = [
    ({"grants": [{"account": A, "vpc_ids": []}]}, "vpc_ids"),
    ({"grants": [{"account": "1234"}]}, "1234"),
    ({"grants": [{"account": A, "vpc_ids": ["subnet-1"]}]}, "subnet-1"),
    ({"grants": [{"account": "*"}]}, "allow_any_account"),
    ({"grants": [{"vpc_ids": [V1]}]}, "account"),
    ({"policy": "{"}, "policy"),
    ({"policy": policy({**statement(A), "Principal": "*"})}, "allow_any_account"),
    ({"policy": policy({**statement(A), "Principal": {"AWS": ["*"]}})}, "allow_any_account"),
    (
        {"policy": policy(statement(A), {**statement(A), "Principal": {"AWS": ["arn:aws:iam::*:root"]}})},
        "policy: got Statement[1], which allows arn:aws:iam::*:root, and so accounts that it does not name",
    ),
    ({"grants": [], "policy": "{}"}, "mutually exclusive"),
    ({}, "grants: got nothing; expected grants or policy"),
    ({"grants": [], "resource_arn": WORKGROUP_ARN}, "mutually exclusive"),
    ({"grants": [], "condition": "vpc"}, "condition"),
    ({"grant": []}, "grant"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_is_refused_without_asking_aws(
    run: Runner, aws: Conversation, options: Options, message: str, check: bool
) -> None:
    result = run.fail({"workgroup": "sales", **options}, check=check)

    assert message in result["msg"]
    assert aws.asked == []


def test_grants_are_for_workgroups(run: Runner, aws: Conversation) -> None:
    result = run.fail({"resource_arn": NAMESPACE_ARN, "grants": grants((A, None))})

    assert result["msg"].startswith("resource_arn: got")
    assert aws.asked == []


def test_anybody_is_granted_with_consent_only(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)

    options = {"workgroup": "sales", "grants": [{"account": "*"}], "allow_any_account": True}

    assert operations(run.succeed(options, check=True)) == ["PutResourcePolicy"]


def test_the_owner_is_not_granted_access_to_what_it_owns(run: Runner, aws: Conversation) -> None:
    find(aws)
    none(aws)
    owner = WORKGROUP_ARN.split(":")[4]
    assert (
        f"grants: got the account {owner}, which owns the workgroup"
        in run.fail({"workgroup": "sales", "grants": [{"account": owner}]})["msg"]
    )
