# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources of one kind in one task: checked together, changed together, waited for together.

Each item is what the module of that kind takes, and may name an identity of its own. Nothing is written before everything has
been checked. One that fails then leaves the others to finish, and the result says of each what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core import shapes
from .._core.api import Api
from .._core.errors import InvalidInput, RedshiftServerlessError, Unforeseen
from .._core.plan import Convergence, Outcome, Resource, check
from .._core.together import NotBegun, Together, Work
from .._ec2.subnets import placement_checker, vpc_finder
from .._reach.diagnosis import way_explainer
from .._redshift import endpoint_access, resource_policy, workgroup
from .._redshift.listing import Listing
from .client import Caller, caller_of
from .lists import without_blanks
from .module import SERVICE, Module, Spec, api_of, deadline_of, fail, failure, state_option, tag_options
from .telling import narrator

# Who asks, which an item may say as a whole: nothing of the task's own identity is mixed in.
WHO = ("profile", "assume_role_arn", "assume_role_external_id", "assume_role_session_name")
# What an item may say of its connection; the rest is the task's.
IDENTITY = ("region", *WHO)

Result = dict[str, Any]


@dataclass
class Seat:
    """Where the items of one identity are worked on.

    Attributes:
        caller: whoever asks AWS.
        params: the task's options, with the identity's.
        check_mode: whether nothing may be written.
        kind: of the items.
        api: the service as this caller.
    """

    caller: Caller
    params: Mapping[str, Any]
    check_mode: bool
    kind: Kind
    api: Api

    def connect(self, service: str) -> Api:
        """Another service as this caller."""
        return api_of(self.caller.client(service, own=False), self.params)

    @cached_property
    def listing(self) -> Listing | None:
        """The looks that the items of this identity share."""
        return self.kind.listing(self.api) if self.kind.listing else None


@dataclass(frozen=True)
class Kind:
    """A kind of resource of which many may be converged.

    Attributes:
        spec: the options of an item.
        build: makes the resource.
        listing: looks that items share, None where AWS has no list call for them.
        name: the option that names an item.
    """

    spec: Callable[[], Spec]
    build: Callable[[Seat, Mapping[str, Any]], Resource]
    listing: Callable[[Api], Listing] | None
    name: str


def _workgroup(seat: Seat, params: Mapping[str, Any]) -> Resource:
    place = placement_checker(seat.connect, seat.check_mode)
    built = workgroup.build(seat.api, params, place, way_explainer(seat.api, seat.connect))
    built.listing = seat.listing
    return built


def _endpoint(seat: Seat, params: Mapping[str, Any]) -> Resource:
    return endpoint_access.build(seat.api, params, vpc_finder(seat.connect), seat.listing)


def _policy(seat: Seat, params: Mapping[str, Any]) -> Resource:
    return resource_policy.build(seat.api, params, seat.check_mode)


KINDS: Mapping[str, Kind] = {
    "workgroup": Kind(lambda: {**workgroup.argument_spec(), **tag_options()}, _workgroup, workgroup.listing, "name"),
    "endpoint_access": Kind(endpoint_access.argument_spec, _endpoint, endpoint_access.listing, "name"),
    "resource_policy": Kind(resource_policy.argument_spec, _policy, None, "workgroup"),
}


@dataclass
class Member:
    """An item and what became of it.

    Attributes:
        name: what names it in results and messages.
        resource: what is converged.
        listing: the looks that it shares with others.
    """

    name: str
    resource: Resource
    listing: Listing | None
    error: RedshiftServerlessError | None = None
    outcome: Outcome | None = None


def converge_all(module: Module) -> NoReturn:
    """Run the module converge_all."""
    try:
        members = build_all(module)
        if module.check_mode:
            _predict(members)
        else:
            _converge(module, members)
    except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
        fail(module, error)
    _exit(module, members)


def build_all(module: Module) -> list[Member]:
    """Return the resources of all items.

    Raises:
        InvalidInput: naming every item that is wrong, before the first call.
    """
    kind = KINDS[module.params["resource"]]
    if module.params["batch"] < 0:
        raise InvalidInput(f"batch: got {module.params['batch']}; expected 0 for all, or how many at the same time.")
    seats: dict[tuple[Any, ...], Seat] = {}
    members, problems = [], []
    for index, item in enumerate(module.params["items"]):
        seat = _seat(module, kind, seats, item)
        try:
            members.append(_member(seat, item))
        except InvalidInput as error:
            problems.append(f"items[{index}] ({item.get(kind.name, 'without a name')}): {error.message}")
    if problems:
        raise InvalidInput(" ".join(problems))
    return members


def _seat(module: Module, kind: Kind, seats: dict[tuple[Any, ...], Seat], item: Mapping[str, Any]) -> Seat:
    """Return where an item is worked on; what is wrong with the connection itself is no fault of an item."""
    identity = {name: item[name] for name in IDENTITY if item.get(name) is not None}
    key = tuple(sorted(identity.items()))
    if key not in seats:
        others = dict.fromkeys(WHO) if any(name in identity for name in WHO) else {}
        given = {**module.params, **others, **identity}
        caller = caller_of(given)
        api = api_of(caller.client(SERVICE, own=True), given)
        seats[key] = Seat(caller, given, module.check_mode, kind, api)
    return seats[key]


def _member(seat: Seat, item: Mapping[str, Any]) -> Member:
    kind = seat.kind
    spec = {**kind.spec(), **state_option()}
    validated = ArgumentSpecValidator(spec).validate(
        {name: value for name, value in item.items() if name not in IDENTITY}
    )
    if validated.error_messages:
        raise InvalidInput("; ".join(validated.error_messages))
    params = {**validated.validated_parameters, **without_blanks(validated.validated_parameters, spec)}
    resource = kind.build(seat, params)
    name = str(item.get(kind.name) or item.get("resource_arn"))
    listing = seat.listing
    if listing:
        listing.expect(name)
    return Member(name, resource, listing)


def _predict(members: Sequence[Member]) -> None:
    for member in members:
        try:
            member.outcome = check(member.resource)
        except RedshiftServerlessError as error:
            member.error = error


def _converge(module: Module, members: Sequence[Member]) -> None:
    deadline = deadline_of(module.params)
    listings = list({id(member.listing): member.listing for member in members if member.listing}.values())

    def new_round() -> None:
        for listing in listings:
            listing.new_round()

    works = [
        Work(Convergence(member.resource, deadline, module.params["wait"], progress=module.debug).steps())
        for member in members
    ]
    batch = module.params["batch"]
    Together(works, deadline.clock, batch, new_round, shared=bool(listings), tell=narrator()).run()
    for member, work in zip(members, works, strict=True):
        member.outcome, member.error = work.result, work.error


def _exit(module: Module, members: Sequence[Member]) -> NoReturn:
    """End with what became of each."""
    results = [_result(module, member) for member in members]
    failed = _failures(members)
    common = {
        "results": results,
        "changed": any(result["changed"] for result in results),
        "restarted": any(result["restarted"] for result in results),
        "changes": [change for result in results for change in result["changes"]],
        **_diffs(module, results),
    }
    if failed:
        pending = [change for result in results for change in result.get("changes_pending", ())]
        module.fail_json(msg=" ".join(failed), changes_pending=pending, **common)
    module.exit_json(**common)


def _failures(members: Sequence[Member]) -> list[str]:
    """What failed, each in a sentence; those that were not begun after that are only named, for there may be many."""
    left = [member.name for member in members if isinstance(member.error, NotBegun)]
    failed = [
        f"{member.name}: {member.error.message}"
        for member in members
        if member.error and not isinstance(member.error, NotBegun)
    ]
    return [*failed, f"Not begun because of that: {', '.join(left)}."] if left else failed


def _diffs(module: Module, results: Sequence[Result]) -> Result:
    """The differences of all items in the form that Ansible shows, which looks into results of loops only."""
    shown_diffs = [
        {"before_header": result["item"], "after_header": result["item"], **result["diff"]}
        for result in results
        if result["changed"] and "diff" in result
    ]
    # pylint: disable-next=protected-access
    return {"diff": shown_diffs} if module._diff else {}  # the attribute that Ansible gives modules for --diff


def _result(module: Module, member: Member) -> Result:
    """Return one item's result, in the form that a loop over the kind's module would give."""
    named = {"ansible_loop_var": "item", "item": member.name}
    if member.error or member.outcome is None:
        error = member.error or Unforeseen(RuntimeError("it did not end"))
        return {
            **named,
            "failed": True,
            "not_begun": isinstance(error, NotBegun),
            **failure(error),
        }
    outcome = member.outcome
    report = member.resource.report
    # pylint: disable-next=protected-access
    diff = module._diff  # the attribute that Ansible gives modules for --diff has this name
    return {
        **named,
        "changed": outcome.changed,
        "restarted": outcome.restarted,
        "changes": [shapes.change(done) for done in outcome.done],
        **report(outcome.after),
        **({"diff": {"before": report(outcome.before), "after": report(outcome.after)}} if diff else {}),
    }
