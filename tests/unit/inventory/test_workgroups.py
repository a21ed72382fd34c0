# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible.config.manager import ConfigManager
from ansible.constants import config
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import is_trusted_as_template
from ansible_collections.redshift.serverless.plugins.inventory import workgroups
from ansible_collections.redshift.serverless.plugins.module_utils._core.errors import ConnectionFailed
from ansible_collections.redshift.serverless.plugins.module_utils._redshift.fleet import options
from unit_kit.conversation import ACCOUNT, REGION, Conversation
from unit_kit.documents import Document, documentation

NAME = "redshift.serverless.workgroups"
ROLE = "arn:aws:iam::222222222222:role/fleet"

Parse = Callable[..., InventoryData]


def document() -> Document:
    shown: Document = documentation("inventory", "workgroups")["workgroups"]["doc"]["options"]
    return shown


@pytest.fixture
def plugin() -> workgroups.InventoryModule:
    """The plugin as Ansible loads it, with the options of its documentation."""
    manager: ConfigManager = config
    manager.initialize_plugin_configuration_definitions("inventory", NAME, document())
    plugin = workgroups.InventoryModule()
    plugin._load_name = plugin.ansible_name = NAME
    plugin._redirected_names = [NAME]
    return plugin


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, plugin: workgroups.InventoryModule) -> list[str]:
    """The warnings."""
    found: list[str] = []
    monkeypatch.setattr(plugin.display, "warning", lambda text, **_options: found.append(text))
    return found


@pytest.fixture
def parse(
    plugin: workgroups.InventoryModule, conversation: Conversation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Parse:
    """Reads a configuration file on the conversation."""

    def connect(service: str, *, own: bool, region: str | None) -> Any:
        assert own
        if region == "nowhere":
            raise ConnectionFailed("There is no such Region.")
        return conversation.connect(service)

    monkeypatch.setattr(workgroups, "Caller", lambda _params: SimpleNamespace(client=connect))

    def run(**given: Any) -> InventoryData:
        path = tmp_path / "a.workgroups.redshift_serverless.yml"
        path.write_text(yaml.safe_dump({"plugin": NAME, **given}))
        inventory = InventoryData()
        plugin.parse(inventory, DataLoader(), str(path))
        return inventory

    return run


def listed(conversation: Conversation, **tags: str | None) -> None:
    """Expect one page of workgroups, and questions for the tags of those that have some."""
    arn = f"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/"
    page = [{"workgroupName": name, "workgroupArn": arn + name, "endpoint": {"port": 5440}} for name in tags]
    conversation.in_any_order().answer("ListWorkgroups", {}, {"workgroups": page})
    for name, tag in tags.items():
        if tag is not None:
            answer = {"tags": [{"key": "Name", "value": tag}] if tag else []}
            conversation.answer("ListTagsForResource", {"resourceArn": arn + name}, answer)


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("fleet.workgroups.redshift_serverless.yml", True),
        ("workgroups.redshift_serverless.yaml", True),
        ("fleet.redshift_serverless.yml", False),
        ("workgroups.redshift_serverless.json", False),
    ],
)
def test_its_files_are_known_by_their_names(
    plugin: workgroups.InventoryModule, tmp_path: Path, name: str, is_ours: bool
) -> None:
    (tmp_path / name).touch()

    assert plugin.verify_file(str(tmp_path / name)) is is_ours
    assert not plugin.verify_file(str(tmp_path / "none.workgroups.redshift_serverless.yml"))


@pytest.mark.parametrize(
    ("hostnames", "name"),
    [
        ([], f"sales.{ACCOUNT}.{REGION}"),
        (["workgroup_name"], "sales"),
        (["nothing", "custom_domain_name", "workgroup_name"], "sales"),
        (["endpoint.address", "endpoint.port ~ '-' ~ workgroup_name"], "5440-sales"),
        ([{"name": "workgroup_name", "prefix": "region"}], f"{REGION}_sales"),
        ([{"name": "workgroup_name", "prefix": "custom_domain_name", "separator": "-"}], "sales"),
        (["redshift_serverless_workgroup_name"], f"sales.{ACCOUNT}.{REGION}"),
    ],
)
def test_the_first_entry_that_gives_a_name_counts(
    parse: Parse, conversation: Conversation, hostnames: list[Any], name: str
) -> None:
    listed(conversation, sales=None)

    assert set(parse(hostnames=hostnames).hosts) == {name}


def test_tags_name_hosts_and_are_read_for_it(parse: Parse, conversation: Conversation, said: list[str]) -> None:
    listed(conversation, sales="shop", stock="", people="shop")

    inventory = parse(hostnames=["tag:Name", "workgroup_name"])

    assert set(inventory.hosts) == {f"sales.{ACCOUNT}.{REGION}", "stock", f"people.{ACCOUNT}.{REGION}"}
    assert said == [
        f"{NAME}: hostnames: 2 workgroups would be called 'shop'; they are called people.{ACCOUNT}.{REGION}, "
        f"sales.{ACCOUNT}.{REGION}."
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"hostnames": ["nothing.at.all"], "strict": True}, r"hostnames: 'nothing.at.all' gives no name for sales\."),
        ({"hostnames": [{"nam": "workgroup_name"}]}, "hostnames: got .*; expected text, or a dictionary with the keys"),
        ({"hostnames": [{"name": "workgroup_name", "separator": 1}]}, "hostnames: got"),
        ({"hostnames": [7]}, "hostnames: got 7; expected text"),
        ({"keyed_groups": [{"key": "nothing"}], "strict": True}, "nothing"),
        ({"compose": {"x": "nothing"}, "strict": True}, "Could not set x"),
    ],
)
def test_expressions_that_fail_are_told(
    parse: Parse, conversation: Conversation, given: dict[str, Any], message: str
) -> None:
    listed(conversation, sales=None)

    with pytest.raises(Exception, match=message) as failure:
        parse(**given)
    assert type(failure.value).__module__ == "ansible.errors"


def test_expressions_know_members_with_and_without_the_prefix(parse: Parse, conversation: Conversation) -> None:
    listed(conversation, sales="{{ evil }}")

    inventory = parse(
        compose={"place": "workgroup_name ~ ':' ~ redshift_serverless_port", "shown": "tags.Name"},
        groups={"on_5440": "endpoint.port == 5440"},
        keyed_groups=[{"key": "region", "separator": ""}],
        hostnames=["workgroup_name"],
    )

    assert inventory.get_groups_dict().keys() >= {"redshift_serverless", "on_5440", "us_east_1"}
    variables = inventory.hosts["sales"].vars
    assert variables["place"] == "sales:5440"
    # What AWS says is never a template, and what the plugin says is.
    assert not is_trusted_as_template(variables["redshift_serverless_tags"]["Name"])
    assert not is_trusted_as_template(variables["shown"])
    assert is_trusted_as_template(variables["ansible_python_interpreter"])


def test_options_may_be_templates_and_secrets_are_no_variables(parse: Parse, conversation: Conversation) -> None:
    listed(conversation, sales=None, stock=None)

    inventory = parse(
        access_key="AKIAUNIT",
        secret_key="hush-hush",
        session_token="tok-tok",
        accounts=[{"assume_role_arn": "arn:aws:iam::{{ '2' * 12 }}:role/fleet"}],
        filters={"name": "{{ 'st' ~ '*' }}"},
        hostnames=["workgroup_name"],
    )

    variables = inventory.hosts["stock"].vars
    assert set(inventory.hosts) == {"stock"}
    assert variables["redshift_serverless_assume_role_arn"] == ROLE
    assert not any(secret in repr(variables) for secret in ("AKIAUNIT", "hush-hush", "tok-tok"))


def test_the_prefix_can_be_another(parse: Parse, conversation: Conversation) -> None:
    listed(conversation, sales=None)

    (host,) = parse(hostvars_prefix="wg_", role_variables=False).hosts.values()

    assert (host.vars["wg_workgroup_name"], host.vars["redshift_serverless_region"]) == ("sales", REGION)
    assert "ssl_workgroup" not in host.vars


def test_a_region_that_can_not_be_asked_is_told_and_leaves_the_others(
    parse: Parse, conversation: Conversation, said: list[str]
) -> None:
    listed(conversation, sales=None)

    inventory = parse(regions=[REGION, "nowhere"], unreadable="warn")

    assert len(inventory.hosts) == 1
    place = "the caller's own account, Region nowhere"
    assert said == [f"{NAME}: Could not read the workgroups in {place}: There is no such Region."]


def test_what_fails_gives_no_host(parse: Parse, conversation: Conversation) -> None:
    listed(conversation, sales=None)

    message = r"Region nowhere: There is no such Region. Set unreadable: warn to go on with what can be read.$"
    with pytest.raises(AnsibleParserError, match=message):
        parse(regions=[REGION, "nowhere"])


def test_what_nobody_thought_of_is_a_sentence(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_places: Any) -> Any:
        raise ZeroDivisionError("hush-hush")

    monkeypatch.setattr(workgroups, "_ask", fail)

    with pytest.raises(AnsibleParserError, match="An unforeseen ZeroDivisionError") as failure:
        parse()
    assert "hush-hush" not in str(failure.value)


def test_a_missing_boto3_is_told(parse: Parse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workgroups, "HAS_BOTO3", False)

    with pytest.raises(AnsibleParserError, match="boto3 and botocore are missing"):
        parse()


def described(option: Document, members: str) -> Document:
    """An option, documented or specified, in one form."""
    found: Document = {key: option[key] for key in ("type", "elements", "choices") if key in option}
    if option.get(members):
        found["options"] = {name: described(each, members) for name, each in option[members].items()}
    return found


def test_the_documented_options_are_the_options() -> None:
    documented = document()
    specified = {name: described(dict(option), "options") for name, option in options.SPECIFICATION.items()}
    # The keys of these filters are those of the others, and are documented there.
    specified["exclude_filters"].pop("options")

    assert {name: described(documented[name], "suboptions") for name in specified} == specified
    assert set(workgroups.CONNECTION) <= set(documented)


def test_the_examples_are_taken() -> None:
    for example in yaml.safe_load_all(workgroups.EXAMPLES):
        assert set(example) <= set(document())
        given = {name: example.get(name) for name in options.SPECIFICATION}
        options.request_of(given, {}, (), yaml.safe_load)
