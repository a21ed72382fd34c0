"""The value of ``wlm_json_configuration``: which query queues are allowed. Pure functions.

Facts: the management guide's page "Setting query queues" for Redshift Serverless [C]; the service's texts are unknown [U].
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

LENGTH = 8000
QUEUES, RULES, PREDICATES = 8, 25, 3
RULE_NAME = 32
ACTIONS = ("abort", "log")
OPERATORS = ("=", "<", ">")
QUEUE_KEYS = frozenset({"name", "user_role", "query_group", "query_group_wild_card", "user_group_wild_card", "rules"})
RULE_KEYS = frozenset({"rule_name", "predicate", "action"})
PREDICATE_KEYS = frozenset({"metric_name", "operator", "value"})


def fault(text: str) -> str | None:
    """What is wrong with a configuration, in words, or None.

    The page lists ``user_group_wild_card`` both as a parameter of a queue and among the keys that are not supported; here
    it is taken [U]. That an empty list of queues is refused is inferred from "enabling is permanent" [I].
    """
    if len(text) > LENGTH:
        return f"it has {len(text)} characters, more than {LENGTH}"
    try:
        queues = json.loads(text)
    except ValueError:
        return "it is no JSON"
    if not isinstance(queues, list) or not all(isinstance(queue, dict) for queue in queues):
        return "it is no JSON array of queues"
    return next(_faults(queues), None)


def _faults(queues: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(queues) <= QUEUES:
        yield f"it has {len(queues)} queues, not 1 to {QUEUES}"
    yield from _name_faults("queue", [queue.get("name") for queue in queues])
    for queue in queues:
        yield from _unknown("queue", queue, QUEUE_KEYS)
        if not isinstance(queue.get("rules", []), list):
            yield "the rules of a queue are no array"
            return
    rules = [rule for queue in queues for rule in queue.get("rules", [])]
    if len(rules) > RULES:
        yield f"it has {len(rules)} rules, more than {RULES}"
    if not all(isinstance(rule, dict) for rule in rules):
        yield "a rule is no object"
        return
    yield from _name_faults("rule", [rule.get("rule_name") for rule in rules])
    for rule in rules:
        yield from _rule_faults(rule)


def _name_faults(kind: str, names: list[Any]) -> Iterator[str]:
    if not all(isinstance(name, str) and name for name in names):
        yield f"a {kind} has no name"
    elif len(set(names)) < len(names):
        yield f"two {kind}s have the same name"


def _unknown(kind: str, given: dict[str, Any], known: frozenset[str]) -> Iterator[str]:
    if set(given) - known:
        yield f"a {kind} has {', '.join(sorted(set(given) - known))}, which is not supported"


def _rule_faults(rule: dict[str, Any]) -> Iterator[str]:
    yield from _unknown("rule", rule, RULE_KEYS)
    if len(rule["rule_name"]) > RULE_NAME:
        yield f"the name of a rule has more than {RULE_NAME} characters"
    if rule.get("action") not in ACTIONS:
        yield f"the action of the rule {rule['rule_name']} is not one of {', '.join(ACTIONS)}"
    predicates = rule.get("predicate")
    if not isinstance(predicates, list) or not 1 <= len(predicates) <= PREDICATES:
        yield f"the rule {rule['rule_name']} has not 1 to {PREDICATES} predicates"
        return
    if not all(_is_predicate(predicate) for predicate in predicates):
        yield f"a predicate of the rule {rule['rule_name']} has not metric_name, operator and value"


def _is_predicate(predicate: Any) -> bool:
    if not isinstance(predicate, dict) or set(predicate) != PREDICATE_KEYS:
        return False
    number = isinstance(predicate["value"], (int, float)) and not isinstance(predicate["value"], bool)
    return number and predicate["operator"] in OPERATORS and isinstance(predicate["metric_name"], str)
