# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from unit_kit.conversation import Conversation
from unit_kit.modules import Runner, operations

Options = dict[str, Any]
Rule = dict[str, Any]

GROUP = "sg-0a1b2c3d4e5f60718"
MARK = "sales: office"
OFFICE, HOME, SIX = "203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48"
DESCRIBE = {"Filters": [{"Name": "group-id", "Values": [GROUP]}]}
WANTED: Options = {"security_group_id": GROUP, "description": MARK, "port": 5439, "cidrs": [OFFICE]}
URL = "https://ec2.us-east-1.amazonaws.com/"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner("security_group_ingress", monkeypatch)


@pytest.fixture
def aws(run: Runner) -> Conversation:
    return run.conversation


def rule(number: int, cidr: str | None, port: int = 5439, description: str = MARK, **members: Any) -> Rule:
    source = {} if cidr is None else {"CidrIpv6" if ":" in cidr else "CidrIpv4": cidr}
    fixed = {"SecurityGroupRuleId": f"sgr-{number}", "GroupId": GROUP, "IsEgress": False, "IpProtocol": "tcp"}
    return {**fixed, "FromPort": port, "ToPort": port, "Description": description, **source, **members}


EGRESS = rule(99, "0.0.0.0/0", IsEgress=True)


def get(aws: Conversation, *rules: Rule) -> None:
    aws.answer("DescribeSecurityGroupRules", DESCRIBE, {"SecurityGroupRules": [EGRESS, *rules]}, "ec2")


def authorization(*cidrs: str, port: int = 5439) -> Options:
    four = [{"CidrIp": cidr, "Description": MARK} for cidr in cidrs if ":" not in cidr]
    six = [{"CidrIpv6": cidr, "Description": MARK} for cidr in cidrs if ":" in cidr]
    ranges = {key: value for key, value in {"IpRanges": four, "Ipv6Ranges": six}.items() if value}
    return {"GroupId": GROUP, "IpPermissions": [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **ranges}]}


def authorize(aws: Conversation, *cidrs: str) -> None:
    aws.answer("AuthorizeSecurityGroupIngress", authorization(*cidrs), {"Return": True}, "ec2")


def revoke(aws: Conversation, *ids: str) -> None:
    request = {"GroupId": GROUP, "SecurityGroupRuleIds": list(ids)}
    aws.answer("RevokeSecurityGroupIngress", request, {"Return": True}, "ec2")


@pytest.mark.parametrize("check", [True, False])
def test_what_is_as_wanted_costs_one_read(run: Runner, aws: Conversation, check: bool) -> None:
    get(aws, rule(1, OFFICE), rule(2, HOME, description="of others"), rule(3, OFFICE, port=22, description="ssh"))

    result = run.succeed(WANTED, check=check)

    assert (result["changed"], result["changes"], result["restarted"]) == (False, [], False)
    assert [each["security_group_rule_id"] for each in result["rules"]] == ["sgr-1"]
    assert [each["security_group_rule_id"] for each in result["rules_of_others"]] == ["sgr-2"]


def test_opens_for_both_families_in_one_request(run: Runner, aws: Conversation) -> None:
    get(aws)
    authorize(aws, OFFICE, SIX)
    get(aws, rule(1, OFFICE), rule(2, SIX))

    result = run.succeed({**WANTED, "cidrs": [SIX, OFFICE]}, diff=True)

    assert operations(result) == ["AuthorizeSecurityGroupIngress"]
    assert result["diff"]["before"]["rules"] == []


def test_new_rules_come_before_old_ones_go(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, HOME), rule(2, OFFICE, port=5440), rule(3, HOME, port=22, description="of others"))
    authorize(aws, OFFICE)
    get(
        aws, rule(1, HOME), rule(2, OFFICE, port=5440), rule(4, OFFICE), rule(3, HOME, port=22, description="of others")
    )
    revoke(aws, "sgr-1", "sgr-2")
    get(aws, rule(4, OFFICE), rule(3, HOME, port=22, description="of others"))

    result = run.succeed(WANTED)

    assert operations(result) == ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"]
    assert [each["cidr"] for each in result["rules"]] == [OFFICE]


def test_what_others_have_opened_is_not_opened_twice(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, OFFICE, description="of others"))

    result = run.succeed(WANTED)

    assert (result["changed"], result["rules"]) == (False, [])
    assert result["rules_of_others"][0]["description"] == "of others"


def test_absent_takes_away_only_what_carries_the_mark(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, OFFICE), rule(2, SIX, port=5440), rule(3, HOME, description="of others"))
    revoke(aws, "sgr-1", "sgr-2")
    get(aws, rule(3, HOME, description="of others"))

    result = run.succeed({"security_group_id": GROUP, "description": MARK, "state": "absent"})

    assert operations(result) == ["RevokeSecurityGroupIngress"]
    assert (result["rules"], result["rules_of_others"]) == ([], [])


def test_absent_already(run: Runner, aws: Conversation) -> None:
    get(aws)

    assert run.succeed({"security_group_id": GROUP, "description": MARK, "state": "absent"})["changed"] is False


def test_a_source_that_is_a_group_is_shown_without_a_network(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, OFFICE), rule(2, None, description="of others", ReferencedGroupInfo={"GroupId": "sg-2"}))

    assert run.succeed(WANTED)["rules_of_others"][0]["cidr"] is None


@pytest.mark.parametrize(
    ("written", "stored"), [("203.0.113.9/24", OFFICE), (" 198.51.100.7 ", HOME), ("2001:DB8:1::/48", SIX)]
)
def test_networks_are_compared_as_ec2_stores_them(run: Runner, aws: Conversation, written: str, stored: str) -> None:
    get(aws, rule(1, stored))

    assert run.succeed({**WANTED, "cidrs": [written]})["changed"] is False


def test_check_mode_writes_nothing_and_tells_the_same(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, HOME))
    foretold = run.succeed(WANTED, check=True)
    get(aws, rule(1, HOME))
    authorize(aws, OFFICE)
    get(aws, rule(1, HOME), rule(2, OFFICE))
    revoke(aws, "sgr-1")
    get(aws, rule(2, OFFICE))
    happened = run.succeed(WANTED)

    assert operations(foretold) == operations(happened)
    assert [change["parameters"] for change in foretold["changes"]] == [
        change["parameters"] for change in happened["changes"]
    ]
    assert [{**each, "security_group_rule_id": None} for each in happened["rules"]] == foretold["rules"]


def test_every_page_of_rules_is_read(run: Runner, aws: Conversation) -> None:
    aws.answer("DescribeSecurityGroupRules", DESCRIBE, {"SecurityGroupRules": [], "NextToken": "2"}, "ec2")
    aws.answer(
        "DescribeSecurityGroupRules", {**DESCRIBE, "NextToken": "2"}, {"SecurityGroupRules": [rule(1, OFFICE)]}, "ec2"
    )

    assert run.succeed(WANTED)["changed"] is False


def test_a_lost_answer_is_looked_after(run: Runner, aws: Conversation) -> None:
    get(aws)
    aws.lose("AuthorizeSecurityGroupIngress", authorization(OFFICE), ReadTimeoutError(endpoint_url=URL), "ec2")
    get(aws, rule(1, OFFICE))

    assert operations(run.succeed(WANTED)) == ["AuthorizeSecurityGroupIngress"]


def test_a_rule_that_is_there_already_is_looked_after(run: Runner, aws: Conversation) -> None:
    get(aws)
    text = "the specified rule already exists"
    aws.refuse(
        "AuthorizeSecurityGroupIngress", authorization(OFFICE), "InvalidPermission.Duplicate", text, service="ec2"
    )
    get(aws, rule(1, OFFICE))

    assert run.succeed(WANTED)["rules"][0]["cidr"] == OFFICE


def test_a_group_that_is_not_there_names_the_option(run: Runner, aws: Conversation) -> None:
    get(aws)
    text = f"The security group '{GROUP}' does not exist"
    aws.refuse("AuthorizeSecurityGroupIngress", authorization(OFFICE), "InvalidGroup.NotFound", text, service="ec2")

    assert run.fail(WANTED)["msg"].startswith(f"security_group_id: {text}")


def test_a_missing_permission_is_one_sentence_with_the_action(run: Runner, aws: Conversation) -> None:
    get(aws)
    request = authorization(OFFICE)
    aws.refuse("AuthorizeSecurityGroupIngress", request, "UnauthorizedOperation", "No.", 403, "ec2")

    assert "The caller needs the IAM permission ec2:AuthorizeSecurityGroupIngress." in run.fail(WANTED)["msg"]


BAD: list[tuple[Options, str]] = [
    ({"cidrs": ["0.0.0.0/0"]}, "cidrs: got 0.0.0.0/0, which is everybody on the internet (all IPv4 addresses)"),
    ({"cidrs": ["::/0", OFFICE]}, "cidrs: got ::/0, which is everybody on the internet (all IPv6 addresses)"),
    ({"cidrs": ["203.0.113.9/0"]}, "cidrs: got 0.0.0.0/0, which is everybody on the internet"),
    ({"cidrs": ["0.0.0.0/1", "128.0.0.0/1"]}, "cidrs: got 0.0.0.0/1, 128.0.0.0/1, which is everybody on the internet"),
    ({"cidrs": ["2000::/3"]}, "set allow_anyone: true if you really mean it"),
    (
        {"cidrs": [f"{each}.0.0.0/8" for each in range(255)]},
        "0.0.0.0/8, 1.0.0.0/8, 10.0.0.0/8, 100.0.0.0/8 and 251 more, which is everybody on the internet",
    ),
    ({"cidrs": ["the office"]}, "cidrs: got 'the office'; expected an IPv4 or IPv6 network"),
    ({"cidrs": ["203.0.113.0/33"]}, "cidrs: got '203.0.113.0/33'"),
    ({"port": 0}, "port: got 0"),
    ({"port": 65536}, "port: got 65536"),
    ({"cidrs": None}, "cidrs"),
    ({"port": None}, "port"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_is_refused_without_asking_aws(
    run: Runner, aws: Conversation, options: Options, message: str, check: bool
) -> None:
    given = {key: value for key, value in {**WANTED, **options}.items() if value is not None}

    result = run.fail(given, check=check)

    assert message in result["msg"]
    assert aws.asked == []


def test_everybody_is_let_in_with_consent_only(run: Runner, aws: Conversation) -> None:
    get(aws)

    result = run.succeed({**WANTED, "cidrs": ["0.0.0.0/0", "::/0"], "allow_anyone": True}, check=True)

    assert [each["cidr"] for each in result["rules"]] == ["0.0.0.0/0", "::/0"]


def test_an_empty_list_of_networks_takes_all_of_ours_away(run: Runner, aws: Conversation) -> None:
    get(aws, rule(1, OFFICE))
    revoke(aws, "sgr-1")
    get(aws)

    assert run.succeed({**WANTED, "cidrs": []})["rules"] == []
