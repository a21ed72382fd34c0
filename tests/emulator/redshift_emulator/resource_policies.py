"""PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy. Facts: aws-behaviour 4.

One document for each ARN, the last writer wins, no revision [C: BM]. How a document reads back differs between
reports, so the settings ``policy_statement``, ``policy_resource`` and ``policy_principal`` choose. A text that the control
address has stored (``POST /_emulator/policies``) reads back as it is, whatever it is.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .call import Call
from .errors import ServiceError, not_found, quota, validation
from .models import RedshiftServerlessBackend
from .policy_evaluation import OPERATORS, as_list, base_operator
from .settings import Settings
from .tagging import find_by_arn

Params = dict[str, Any]

VERSIONS = ("2012-10-17", "2008-10-17")
ACTION = re.compile(r"redshift-serverless:[A-Za-z*?]+", re.IGNORECASE)
ACCOUNT = re.compile(r"[0-9]{12}")
PRINCIPAL_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::([0-9]{12}):(?:root|(?:user|role|assumed-role)/.+)")
STATEMENT_KEYS = frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"})


def put_resource_policy(call: Call, params: Params) -> dict[str, Any]:
    """PutResourcePolicy: replaces the document of a workgroup or a namespace."""
    arn, text = params["resourceArn"], params["policy"]
    find_by_arn(call.backend, arn)
    size = len(text.encode())
    if size > call.settings.quotas["policy_bytes"]:
        # The limit is unknown [U]; ServiceQuotaExceededException is declared [C: BM].
        raise quota(
            f"The resource policy has {size} bytes, more than the {call.settings.quotas['policy_bytes']} allowed."
        )
    document = parse(text)
    _check_resources(call, document)
    _check_grantees(call, document)
    call.backend.forget_policy(arn)
    call.backend.policies[arn] = json.dumps(document)
    return {"resourcePolicy": view(call, arn)}


def get_resource_policy(call: Call, params: Params) -> dict[str, Any]:
    """GetResourcePolicy."""
    _check_exists(call, params["resourceArn"])
    return {"resourcePolicy": view(call, params["resourceArn"])}


def delete_resource_policy(call: Call, params: Params) -> dict[str, Any]:
    """DeleteResourcePolicy. Endpoints that exist stay [I]."""
    _check_exists(call, params["resourceArn"])
    call.backend.forget_policy(params["resourceArn"])
    return {}


def store_verbatim(backend: RedshiftServerlessBackend, arn: str, text: str) -> None:
    """Store a policy as it is, unchecked, as if the service had it in a form that PutResourcePolicy does not take."""
    backend.policies[arn] = text
    backend.verbatim_policies.add(arn)


def _check_exists(call: Call, arn: str) -> None:
    if arn not in call.backend.policies:
        # "does not exist" is what clients look for [C: TF, POC 69524980848].
        raise not_found(f"Resource Policy for {arn} does not exist", arn)


def view(call: Call, arn: str) -> dict[str, str]:
    """The policy as it reads back."""
    text = call.backend.policies[arn]
    if arn in call.backend.verbatim_policies:
        return {"policy": text, "resourceArn": arn}
    document = json.loads(text)
    shown = read_back(document, arn, call.partition, call.settings)
    return {"policy": json.dumps(shown, separators=(",", ":")), "resourceArn": arn}


def read_back(document: dict[str, Any], arn: str, partition: str, settings: Settings) -> dict[str, Any]:
    """The document in the form that the settings choose; a pure function.

    ``object``: a single statement is not in a list (until about 2025); ``array``: always a list [C: TF#42859].
    ``added``: each statement gets a Resource. ``root_arn``: account ids come back as root ARNs [U].
    """
    statements = [_read_statement(each, arn, partition, settings) for each in as_list(document["Statement"])]
    collapse = settings.policy_statement == "object" and len(statements) == 1
    return {**document, "Statement": statements[0] if collapse else statements}


def _read_statement(statement: dict[str, Any], arn: str, partition: str, settings: Settings) -> dict[str, Any]:
    shown = dict(statement)
    if settings.policy_resource == "added":
        shown.setdefault("Resource", arn)
    principal = shown.get("Principal")
    if settings.policy_principal == "root_arn" and isinstance(principal, dict) and "AWS" in principal:
        named = principal["AWS"]
        roots = [f"arn:{partition}:iam::{each}:root" if ACCOUNT.fullmatch(each) else each for each in as_list(named)]
        shown["Principal"] = {**principal, "AWS": roots if isinstance(named, list) else roots[0]}
    return shown


def parse(text: str) -> dict[str, Any]:
    """Parse and check a policy document.

    Raises:
        ServiceError: ValidationException with what is wrong. That the service answers ``Invalid Policy`` is observed on
            namespaces [C: POC]; what it says of each mistake is unknown [U].
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _invalid(f"it is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise _invalid("it is no JSON object")
    if document.get("Version") not in VERSIONS:
        raise _invalid(f"Version is {document.get('Version')!r}, not one of {', '.join(VERSIONS)}")
    if set(document) - {"Version", "Id", "Statement"}:
        raise _invalid(f"unknown elements {sorted(set(document) - {'Version', 'Id', 'Statement'})}")
    statements = as_list(document.get("Statement"))
    if not statements:
        raise _invalid("Statement is missing or empty")
    for statement in statements:
        _check_statement(statement)
    sids = [each["Sid"] for each in statements if each.get("Sid")]
    if len(sids) != len(set(sids)):
        raise _invalid("a Sid is used twice")
    return document


def _invalid(why: str) -> ServiceError:
    return validation(f"Invalid Policy: {why}.")


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, dict):
        raise _invalid("a statement is no JSON object")
    if set(statement) - STATEMENT_KEYS:
        raise _invalid(
            f"a statement has the elements {sorted(set(statement) - STATEMENT_KEYS)}, which are not supported"
        )
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _invalid(f"Effect is {statement.get('Effect')!r}, not Allow or Deny")
    _check_principal(statement.get("Principal"))
    actions = as_list(statement.get("Action"))
    if not actions:
        raise _invalid("Action is missing or empty")
    for action in actions:
        if not isinstance(action, str) or (action != "*" and not ACTION.fullmatch(action)):
            raise _invalid(f"the action {action!r} is not one of redshift-serverless")
    _check_condition(statement.get("Condition", {}))


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal or set(principal) - {"AWS", "Service"}:
        raise _invalid("Principal must be * or an object with AWS or Service")
    named = as_list(principal.get("AWS"))
    if "AWS" in principal and not named:
        raise _invalid("Principal names nobody")
    for each in named:
        if not isinstance(each, str) or not (each == "*" or ACCOUNT.fullmatch(each) or PRINCIPAL_ARN.fullmatch(each)):
            raise _invalid(f"the principal {each!r} is neither an account id nor an ARN of IAM")


def _check_condition(condition: Any) -> None:
    if not isinstance(condition, dict):
        raise _invalid("Condition is no JSON object")
    for operator, keys in condition.items():
        if base_operator(operator) not in OPERATORS:
            raise _invalid(f"the condition operator {operator!r} is not supported")
        if not isinstance(keys, dict) or not all(as_list(value) for value in keys.values()):
            raise _invalid(f"the condition {operator!r} must have keys with values")


def _check_resources(call: Call, document: dict[str, Any]) -> None:
    """A Resource has been refused on a namespace, and accepted in another run [C: public notes]; on workgroups not seen [U]."""
    if call.settings.policy_resource_given == "refused" and any(
        "Resource" in statement for statement in as_list(document["Statement"])
    ):
        # The code is none of the model's.
        raise ServiceError("InvalidPolicyException", "Resources are not allowed")


def _check_grantees(call: Call, document: dict[str, Any]) -> None:
    """At most so many other accounts; the number is published for clusters only [U]."""
    most = call.settings.quotas["grantees_per_workgroup"]
    others = grantees(document) - {call.account}
    if len(others) > most:
        raise quota(f"The resource policy names {len(others)} accounts, more than the {most} allowed.")


def grantees(document: dict[str, Any]) -> set[str]:
    """The accounts that the Allow statements name."""
    found: set[str] = set()
    for statement in as_list(document["Statement"]):
        principal = statement.get("Principal")
        if statement["Effect"] == "Allow" and isinstance(principal, dict):
            for each in as_list(principal.get("AWS")):
                arn = PRINCIPAL_ARN.fullmatch(each)
                found.add(arn[1] if arn else each)
    return found
