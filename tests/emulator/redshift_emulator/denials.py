"""Denials by rule: the setting ``deny`` lists what an account's principals may not do."""

from __future__ import annotations

from .aws_request import AwsRequest
from .http_errors import denial_code
from .policy_evaluation import like


def denial(rules: list[dict[str, str]], request: AwsRequest, account: str, caller: str) -> tuple[str, int, str] | None:
    """The error for a request that a rule denies, in AWS's words.

    Args:
        rules: Each with ``action`` (as in a policy, wildcards allowed) and optionally ``account``, ``principal``
            (a pattern for the caller's ARN) and ``resource`` (only for the text).
        request: What is asked.
        account: By whom.
        caller: The caller's ARN.

    Returns:
        Code, HTTP status and text, or None.
    """
    action = f"{request.service}:{request.operation}"
    for rule in rules:
        same_account = rule.get("account", account) == account
        same_principal = like(rule.get("principal", "*"), caller)
        if same_account and same_principal and like(rule.get("action", "*"), action, fold=True):
            text = (
                f"User: {caller} is not authorized to perform: {action} on resource: {rule.get('resource', '*')} "
                f"because no identity-based policy allows the {action} action"
            )
            return denial_code(request), 400 if request.json_protocol else 403, text
    return None
