# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet import hosts
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[5]
ARN = "arn:aws-cn:redshift-serverless:cn-north-1:123456789012:workgroup/1"

names = st.sampled_from(["sales", "stock", "sales.1.a", "sales.1.b", "stock.2.a"])
workgroups = st.lists(
    st.tuples(st.sampled_from(["sales", "stock"]), st.sampled_from("12"), st.sampled_from("ab")), unique=True
)


def row(**members: Any) -> dict[str, Any]:
    return {"workgroup_name": "sales", "workgroup_arn": ARN, "config_parameters": {"require_ssl": "true"}, **members}


@given(data=st.data(), found=workgroups)
def test_no_two_hosts_have_one_name(data: st.DataObject, found: list[tuple[str, str, str]]) -> None:
    unique = [".".join(each) for each in found]
    preferred = data.draw(st.lists(st.none() | names, min_size=len(unique), max_size=len(unique)))

    chosen, shared = hosts.host_names(preferred, unique)

    assert len(set(chosen)) == len(unique)
    for name, wish, other in zip(chosen, preferred, unique, strict=True):
        assert name == (wish or other) or (name == other and wish in shared)


@given(data=st.data(), found=workgroups)
def test_names_do_not_depend_on_the_order(data: st.DataObject, found: list[tuple[str, str, str]]) -> None:
    unique = [".".join(each) for each in found]
    preferred = data.draw(st.lists(st.none() | names, min_size=len(unique), max_size=len(unique)))
    pairs = list(zip(preferred, unique, strict=True))
    shuffled = data.draw(st.permutations(pairs))

    def named(some: list[tuple[str | None, str]]) -> dict[str, str]:
        chosen, _shared = hosts.host_names([wish for wish, _other in some], [other for _wish, other in some])
        return dict(zip((other for _wish, other in some), chosen, strict=True))

    assert named(pairs) == named(shuffled)


def test_account_region_and_ssl_are_said() -> None:
    described = hosts.described(row())

    said = {key: described[key] for key in ("account_id", "region", "partition", "require_ssl", "use_fips_ssl")}
    assert said == {
        "account_id": "123456789012",
        "region": "cn-north-1",
        "partition": "aws-cn",
        "require_ssl": True,
        "use_fips_ssl": None,
    }
    assert hosts.unique_name(described) == "sales.123456789012.cn-north-1"


def test_tasks_find_the_region_and_the_identity_by_the_playbooks_names_whatever_the_prefix() -> None:
    identity = {"profile": "warehouse", "assume_role_arn": "arn:r", "assume_role_external_id": "x"}

    variables = hosts.host_variables(hosts.described(row()), identity, "wg_", role_variables=True)

    assert variables["wg_workgroup_name"] == variables["ssl_workgroup"] == "sales"
    assert variables["redshift_serverless_region"] == "cn-north-1"
    assert variables["redshift_serverless_profile"] == "warehouse"
    assert variables["redshift_serverless_assume_role_arn"] == "arn:r"
    assert variables["cross_account_vpc_owner_assume_role_external_id"] == "x"


def test_role_variables_can_be_left_out() -> None:
    variables = hosts.host_variables(hosts.described(row()), {"assume_role_arn": "arn:r"}, "", role_variables=False)

    assert not {*hosts.ROLE_VARIABLES, *hosts.OWNER_ROLE_VARIABLES.values()} & set(variables)


def test_every_role_that_takes_a_workgroup_finds_it() -> None:
    taken = set()
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        role = path.parents[1].name
        points = yaml.safe_load(path.read_text())["argument_specs"].values()
        taken |= {name for point in points for name in point["options"] if name == f"{role}_workgroup"}

    assert {*hosts.ROLE_VARIABLES} - {"connectivity_workgroup"} == taken
    assert "connectivity_workgroup" in (ROOT / "playbooks" / "connectivity.yml").read_text()


def test_a_workgroup_that_two_accounts_show_is_one_host_and_the_order_is_always_the_same() -> None:
    def place(name: str, number: int) -> dict[str, Any]:
        return {**hosts.described(row(workgroup_name=name, workgroup_arn=f"{ARN}{name}")), "place": number}

    rows = [place("stock", 0), place("sales", 0), place("sales", 1)]

    assert hosts.in_order(rows) == [place("sales", 0), place("stock", 0)]
