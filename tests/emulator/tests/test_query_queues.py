"""Query queues: the page's own example is taken, and each of its rules is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from redshift_emulator.query_queues import fault


def rule(name: str = "long", **changes: Any) -> dict[str, Any]:
    predicate = {"metric_name": "query_execution_time", "operator": ">", "value": 60}
    return {"rule_name": name, "predicate": [predicate], "action": "abort", **changes}


def queue(name: str = "reports", **more: Any) -> dict[str, Any]:
    return {"name": name, **more}


def test_what_is_allowed_up_to_the_limits() -> None:
    predicates = rule()["predicate"] * 3
    rules = [rule(f"rule{number}", predicate=predicates) for number in range(25)]
    queues = [queue(f"queue{number}") for number in range(7)]
    full = queue(user_role=["analyst"], query_group=["reporting"], query_group_wild_card=1, rules=rules)
    assert fault(json.dumps([full, *queues])) is None


WRONG: list[tuple[Any, str]] = [
    ([], "0 queues"),
    ([queue(f"queue{number}") for number in range(9)], "9 queues"),
    ([queue(rules=[rule(f"rule{number}") for number in range(26)])], "26 rules"),
    (
        [queue(f"queue{each}", rules=[rule(f"rule{each}{number}") for number in range(13)]) for each in "ab"],
        "26 rules",
    ),
    ([queue(rules=[rule(predicate=rule()["predicate"] * 4)])], "not 1 to 3 predicates"),
    ([queue(rules=[rule(predicate=[])])], "not 1 to 3 predicates"),
    ([queue(), queue()], "same name"),
    ([queue("")], "has no name"),
    ([{}], "has no name"),
    ([queue("a", rules=[rule()]), queue("b", rules=[rule()])], "two rules have the same name"),
    ([queue(rules=[rule(action="hop")])], "action of the rule long"),
    ([queue(rules=[rule("r" * 33)])], "more than 32 characters"),
    ([queue(rules=[rule(predicate=[{"metric_name": "x", "operator": ">=", "value": 1}])])], "has not metric_name"),
    ([queue(rules=[rule(predicate=[{"metric_name": "x", "operator": ">", "value": "1"}])])], "has not metric_name"),
    ([queue(rules=["rule"])], "a rule is no object"),
    ([queue(rules={})], "are no array"),
    ([queue(priority="high")], "priority, which is not supported"),
    (["reports"], "no JSON array of queues"),
    ({"name": "reports"}, "no JSON array of queues"),
    ([queue("q" * 8000)], "more than 8000"),
]


@pytest.mark.parametrize(("value", "words"), WRONG)
def test_what_is_not_allowed(value: Any, words: str) -> None:
    assert words in (fault(json.dumps(value)) or "")


def test_text_that_is_no_json() -> None:
    assert fault("[{") == "it is no JSON"
