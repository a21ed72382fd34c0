# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, get_type_hints

import new_resource
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.redshift.serverless.plugins.module_utils._core.plan import AtOnce
from unit_kit.conversation import client
from unit_kit.documents import (
    COLLECTION,
    MODULES,
    READING,
    ROOT,
    WITHOUT_AWS,
    WITHOUT_REQUESTS,
    Document,
    documentation,
    load,
    returned,
    specification,
)

MODEL: Any = client("redshift-serverless").meta.service_model
RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
# The key that holds the resource, and AWS's shape of it.
SHAPES = {
    "workgroup": ("workgroup", "Workgroup"),
    "workgroup_info": ("workgroups", "Workgroup"),
    "namespace": ("namespace", "Namespace"),
    "namespace_info": ("namespaces", "Namespace"),
    "custom_domain": ("custom_domain", "Association"),
    "custom_domain_info": ("custom_domains", "Association"),
    "endpoint_access": ("endpoint", "EndpointAccess"),
    "endpoint_access_info": ("endpoints", "EndpointAccess"),
}
# Resources that are not documented member by member, with the reason.
SHAPELESS = {"resource_policy": "the members of a policy are its author's"}
# What SQL will change is not known before.
DIFFERENCE = {"data_api_statement": "none"}
OWN_SECRETS = {"namespace": {"admin_user_password"}, "client_entries": {"password"}}
# Keys that are ours and not AWS's.
OURS = {"tags", "tags_error", "error", "certificate_days_left", "certificate_expires"}


def form(option: Document, nested: str) -> Document:
    """An option of an argument spec (`nested`: options) or of a documentation (suboptions) in one and the same form."""
    described = {
        "type": option.get("type", "str"),
        "required": option.get("required", False),
        "default": option.get("default"),
        "choices": option.get("choices"),
        "elements": option.get("elements"),
        "aliases": sorted(option.get("aliases", [])),
    }
    return {**described, "nested": {name: form(each, nested) for name, each in (option.get(nested) or {}).items()}}


@pytest.mark.parametrize("name", MODULES)
def test_the_documented_options_are_the_options(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    specified = specification(name, monkeypatch)["argument_spec"]
    documented = documentation()[name]["doc"]["options"]

    assert {option: form(each, "suboptions") for option, each in documented.items()} == {
        option: form(each, "options") for option, each in specified.items()
    }


def builds_one(name: str) -> bool:
    """Whether a module manages one resource, and not several or none."""
    return hasattr(load(name), "build") and isinstance(get_type_hints(load(name).build)["return"], type)


@pytest.mark.parametrize("name", [name for name in MODULES if builds_one(name)])
def test_only_what_aws_takes_time_for_can_be_waited_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = get_type_hints(load(name).build)["return"]
    options = set(specification(name, monkeypatch)["argument_spec"])

    assert options & {"wait", "wait_timeout", "wait_delay"} == (
        {"wait_timeout", "wait_delay"} if issubclass(resource, AtOnce) else {"wait", "wait_timeout", "wait_delay"}
    )


@pytest.mark.parametrize("name", MODULES)
def test_every_module_runs_in_check_mode(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert specification(name, monkeypatch)["supports_check_mode"] is True
    assert documentation()[name]["doc"]["attributes"]["check_mode"]["support"] == "full"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_can_do(name: str) -> None:
    attributes = {**documentation()[name]["doc"]["attributes"]}
    group = attributes.pop("action_group", {"membership": []})
    action = attributes.pop("action", {})

    assert set(attributes) == {"check_mode", "diff_mode", "idempotent"}
    assert bool(action) is (name not in WITHOUT_AWS)
    assert group["membership"] == ([] if name in WITHOUT_AWS else [f"{COLLECTION}.redshift_serverless"])
    assert attributes["diff_mode"]["support"] == DIFFERENCE.get(name, "N/A" if name in READING else "full")


def test_the_action_group_holds_exactly_the_modules() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    members = runtime["action_groups"]["redshift_serverless"]

    # Not amazon.aws's own group: its modules know no assume_role_arn.
    assert members == sorted(name for name in MODULES if name not in WITHOUT_AWS)


def examples(name: str) -> list[Document]:
    tasks = yaml.safe_load(load(name).EXAMPLES)
    assert all(task.get("name") for task in tasks), "a task without a name"
    return [task for task in tasks if f"{COLLECTION}.{name}" in task]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_examples_that_it_takes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = specification(name, monkeypatch)
    validator = ModuleArgumentSpecValidator(arguments["argument_spec"], **{rule: arguments.get(rule) for rule in RULES})
    tasks = examples(name)

    refused = {task["name"]: validator.validate(task[f"{COLLECTION}.{name}"] or {}).error_messages for task in tasks}

    assert refused
    assert refused == {task["name"]: [] for task in tasks}


@pytest.mark.parametrize("name", MODULES)
def test_no_example_names_what_the_module_does_not_have(name: str) -> None:
    options = documentation()[name]["doc"]["options"]
    spellings = {*options, *(alias for option in options.values() for alias in option.get("aliases", []))}

    assert {option for task in examples(name) for option in task[f"{COLLECTION}.{name}"] or {}} <= spellings


def test_every_resource_of_the_service_is_documented_so_or_not_for_a_reason() -> None:
    managed = {each.name for each in new_resource.resources() if each.room == "_redshift"}

    assert managed == {name for name in SHAPES if not name.endswith("_info")} | SHAPELESS.keys()


@pytest.mark.parametrize(("name", "place"), SHAPES.items())
def test_a_resource_is_documented_member_by_member(name: str, place: tuple[str, str]) -> None:
    key, shape_name = place
    shape = MODEL.shape_for(shape_name)
    documented = returned(name)[key]["contains"]

    assert set(documented) - OURS == set(camel_dict_to_snake_dict(dict(shape.members)))


@pytest.mark.parametrize("name", MODULES)
def test_changing_modules_report_alike(name: str) -> None:
    report = {"changes", "changes_pending", "restarted"}
    documented = returned(name)

    silent = name in READING or name in WITHOUT_REQUESTS
    assert documented.keys() & report == (set() if silent else report)
    if not silent:
        keys = {"operation", "parameters", "reason", "interrupts", "seconds", "waited_for"}
        assert set(documented["changes"]["contains"]) == keys


@pytest.mark.parametrize("name", MODULES)
def test_a_module_refers_only_to_what_there_is(name: str) -> None:
    references = [reference["module"] for reference in documentation()[name]["doc"]["seealso"] if "module" in reference]
    own = {reference.rpartition(".")[2] for reference in references if reference.startswith(f"{COLLECTION}.")}

    assert own <= set(MODULES) - {name}


@pytest.mark.parametrize("name", MODULES)
def test_a_secret_is_declared_and_nothing_else_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = specification(name, monkeypatch)["argument_spec"]
    secrets = {option for option, each in options.items() if each.get("no_log")}

    assert secrets - {"secret_key", "session_token"} == OWN_SECRETS.get(name, set())


@pytest.mark.parametrize("name", MODULES)
def test_the_sample_values_have_their_types(name: str) -> None:
    kinds = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "float": float}

    def samples(documented: Document) -> list[tuple[str, Document]]:
        own = [(key, each) for key, each in documented.items() if "sample" in each]
        return own + [found for each in documented.values() for found in samples(each.get("contains", {}))]

    assert [key for key, each in samples(returned(name)) if not isinstance(each["sample"], kinds[each["type"]])] == []
