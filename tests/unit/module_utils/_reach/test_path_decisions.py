# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.redshift.serverless.plugins.filter import public_access_proof, public_access_repairs
from ansible_collections.redshift.serverless.plugins.module_utils._reach.path_decisions import proof, repairs
from unit_kit.checks import CHECKS

Found = dict[str, Any]

VPC, OFFICE, OFFICE6 = "vpc-1", "203.0.113.0/24", "2001:db8:1::/48"
ALL = {"internet_gateway": True, "route": True, "dns_attributes": True}
PORTS = {"sales": 5439}


def part(destination: str | None, *addresses: str, target: str | None = None, verdict: str = "fail") -> Found:
    return {
        "route_table_id": "rtb-1",
        "destination": destination,
        "target": target,
        "addresses": list(addresses),
        "verdict": verdict,
    }


def source(text: str = OFFICE, **verdicts: str) -> Found:
    """A source of which every check passes but for those that are given."""
    evidence: dict[str, Found] = {
        "internet_gateway": {"vpc_id": VPC},
        "route": {"routes": [part(None, text)]},
        "publicly_accessible": {"publicly_accessible": verdicts.get("publicly_accessible") != "fail"},
    }
    checks = [
        {
            "name": name,
            "verdict": verdicts.get(name, "pass"),
            "evidence": evidence.get(name, {}),
            "remedy": f"Mend {name}." if name in verdicts else None,
        }
        for name in CHECKS
    ]
    return {"source": text, "reachable": "fail" not in verdicts.values(), "checks": checks}


def diagnosis(*sources: Found, name: str = "sales") -> Found:
    return {"workgroup_name": name, "sources": list(sources), "summary": "A sentence.", "changed": False}


CLOSED = {"publicly_accessible": "fail", "security_group": "fail", "elastic_ip": "not_applicable"}


def test_what_the_role_itself_does_is_no_problem() -> None:
    assert repairs([diagnosis(source(**CLOSED, workgroup_available="fail"))]) == {"repairs": [], "problems": []}


def test_everything_that_may_be_is_repaired_once_for_the_vpc() -> None:
    missing = {"vpc_dns": "fail", "internet_gateway": "fail", "route": "fail"}
    two = [diagnosis(source(**missing), source(OFFICE6, **missing)), diagnosis(source(**missing), name="finance")]

    found = repairs(two, **ALL)

    routes = [{"route_table_id": "rtb-1", "destination": each} for each in ("0.0.0.0/0", "::/0")]
    repair = {"vpc_id": VPC, "internet_gateway": True, "dns_attributes": True, "routes": routes}
    assert found == {"repairs": [repair], "problems": []}


@pytest.mark.parametrize("option", list(ALL))
def test_what_may_not_be_repaired_is_told_with_evidence_and_remedy(option: str) -> None:
    name = {"dns_attributes": "vpc_dns"}.get(option, option)

    (problem,) = repairs([diagnosis(source(**{name: "fail"}))], **{**ALL, option: False})["problems"]

    assert problem.startswith(f"sales can't be reached from {OFFICE}: {name} fails ({{")
    assert problem.endswith(f"Mend {name}.")


@pytest.mark.parametrize("name", ["block_public_access", "network_acl_inbound", "network_acl_outbound"])
def test_what_can_not_be_repaired_is_told(name: str) -> None:
    assert f"{name} fails" in repairs([diagnosis(source(**{name: "fail"}))], **ALL)["problems"][0]


def test_the_first_failing_check_is_told() -> None:
    both = diagnosis(source(internet_gateway="fail", route="fail"))

    assert "internet_gateway fails" in repairs([both], route=True)["problems"][0]
    assert ": route fails" in repairs([both], internet_gateway=True)["problems"][0]


@pytest.mark.parametrize(
    ("parts", "destinations"),
    [
        ([part(None, OFFICE)], ["0.0.0.0/0"]),
        ([part("0.0.0.0/0", OFFICE, target="nat-1")], [OFFICE]),
        ([part("0.0.0.0/0", "203.0.113.0-203.0.113.191")], ["203.0.113.0/25", "203.0.113.128/26"]),
        ([part("0.0.0.0/0", "203.0.113.1-203.0.113.254")], None),
        ([part(OFFICE, OFFICE, target="pcx-1")], None),
        ([part("203.0.113.128/25", "203.0.113.128/25"), part(None, "203.0.113.0/25")], None),
        ([part("pl-1", OFFICE, target="tgw-1")], None),
        ([part("0.0.0.0/0", "203.0.113.0/25", verdict="pass"), part(None, "203.0.113.128/25")], ["0.0.0.0/0"]),
    ],
)
def test_a_route_never_takes_the_place_of_another(parts: list[Found], destinations: list[str] | None) -> None:
    blocked = source(route="fail")
    blocked["checks"][CHECKS.index("route")]["evidence"] = {"routes": parts}

    found = repairs([diagnosis(blocked)], **ALL)

    assert bool(found["problems"]) == (destinations is None)
    made = [route["destination"] for repair in found["repairs"] for route in repair["routes"]]
    assert made == (destinations or [])


def test_a_source_that_is_private_can_not_be_routed_to() -> None:
    inside = source("10.0.0.0/8", route="fail")
    inside["checks"][CHECKS.index("route")]["evidence"] = {"routes": [], "private": True}

    assert "10.0.0.0/8" in repairs([diagnosis(inside)], **ALL)["problems"][0]


def test_without_an_ipv6_address_there_is_no_use_in_going_public() -> None:
    lacking = source(OFFICE6, publicly_accessible="fail")
    lacking["checks"][CHECKS.index("publicly_accessible")]["evidence"]["ipv6_addresses"] = []

    assert "publicly_accessible fails" in repairs([diagnosis(lacking)], **ALL)["problems"][0]


def test_what_is_not_known_is_no_problem() -> None:
    unknown = diagnosis(source(route="unknown", network_acl_inbound="unknown"))

    assert repairs([unknown])["problems"] == []
    found = proof([unknown], True, PORTS)
    assert found["problems"] == []
    assert found["unknown"] == [
        "sales: route is unknown. Mend route.",
        "sales: network_acl_inbound is unknown. Mend network_acl_inbound.",
    ]


def test_public_is_proven_for_every_source() -> None:
    good, bad = source(), source("198.51.100.7", elastic_ip="fail", security_group="fail")

    assert proof([diagnosis(good)], True, PORTS)["problems"] == []
    (problem,) = proof([diagnosis(good, bad)], True, PORTS)["problems"]
    assert "from 198.51.100.7: elastic_ip fails" in problem


def test_a_prediction_takes_for_done_what_the_role_would_do() -> None:
    found = proof([diagnosis(source(**CLOSED, route="fail"))], True, PORTS, predicted=True)

    assert found["problems"] == []
    (workgroup,) = found["workgroups"]
    assert workgroup["summary"] == f"The workgroup sales (port 5439) can be reached from {OFFICE}."
    route = workgroup["sources"][0]["checks"][CHECKS.index("route")]
    assert (route["verdict"], route["evidence"]["predicted"], route["remedy"]) == ("pass", True, None)


@pytest.mark.parametrize("name", ["elastic_ip", "block_public_access", "network_acl_outbound"])
def test_a_prediction_hides_nothing_that_the_role_does_not_do(name: str) -> None:
    assert proof([diagnosis(source(**{name: "fail"}))], True, PORTS, predicted=True)["problems"]


def test_private_is_proven_by_the_switch() -> None:
    still, off = diagnosis(source("0.0.0.0/0")), diagnosis(source("0.0.0.0/0", publicly_accessible="fail"))

    assert "still publicly accessible" in proof([still], False, PORTS)["problems"][0]
    assert proof([off], False, PORTS)["problems"] == []
    predicted = proof([still], False, PORTS, predicted=True)
    assert predicted["problems"] == []
    assert predicted["workgroups"][0]["sources"][0]["reachable"] is False


def test_each_open_rule_is_told_once() -> None:
    rule = {
        "security_group_rule_id": "sgr-1",
        "security_group_id": "sg-1",
        "source": OFFICE,
        "protocol": "tcp",
        "from_port": 5439,
        "to_port": 5439,
        "description": None,
        "addresses": [OFFICE],
    }
    one, other = source("0.0.0.0/0"), source("203.0.0.0/8")
    for each in (one, other):
        each["checks"][-1]["evidence"] = {"rules": [rule]}

    (told,) = proof([diagnosis(one, other)], False, PORTS)["rules"]

    assert (told["workgroup_name"], told["cidr"], told["description"]) == ("sales", OFFICE, None)
    assert not {"source", "addresses"} & set(told)


def test_the_filters_have_the_names_of_their_files() -> None:
    assert set(public_access_proof.FilterModule().filters()) == {"public_access_proof"}
    assert set(public_access_repairs.FilterModule().filters()) == {"public_access_repairs"}
