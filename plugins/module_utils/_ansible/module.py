# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible: common options, and a resource's run turned into a module's result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from .._core import shapes
from .._core.api import Api
from .._core.changes import Done
from .._core.errors import RedshiftServerlessError, Unforeseen
from .client import Caller, caller_of
from .lists import without_blanks

# A process compiles whatever it imports at each start, so what only reads must not import planning and waiting.
if TYPE_CHECKING:
    from .._core.plan import Outcome, Resource
    from .._core.waiting import Deadline

SERVICE = "redshift-serverless"

Spec = dict[str, Any]


def assume_role_options() -> Spec:
    """Return the options with which every module can act as a role of this or another account."""
    return {
        "assume_role_arn": {"type": "str"},
        "assume_role_external_id": {"type": "str"},
        "assume_role_session_name": {"type": "str"},
    }


def deadline_options() -> Spec:
    """Return the options that bound how long and how often a module looks, and for how long it repeats what AWS is too busy for."""
    return {
        "wait_timeout": {"type": "int", "default": 1200},
        "wait_delay": {"type": "float", "default": 15.0},
    }


def wait_options(default: bool = True) -> Spec:
    """The options of a module whose resource AWS takes time for: whether to wait, and its bounds."""
    return {"wait": {"type": "bool", "default": default}, **deadline_options()}


def state_option() -> Spec:
    """Tell whether the resource should exist."""
    return {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def tag_options() -> Spec:
    """amazon.aws's options for tags."""
    return {
        "tags": {"type": "dict", "aliases": ["resource_tags"]},
        "purge_tags": {"type": "bool", "default": True},
    }


class Module(AnsibleAWSModule):
    """An amazon.aws module that is one caller of AWS, whatever services it asks."""

    @cached_property
    def caller(self) -> Caller:
        """Whoever asks AWS; a role is assumed once for all clients of the process that are the same caller's."""
        return caller_of(self.params)


def connect(module: Module, service: str, *, own: bool = True) -> Any:
    """Return a botocore client; see `Caller.client`."""
    return module.caller.client(service, own=own)


def create_module(*options: Spec, **rules: Any) -> Module:
    """Return an amazon.aws module with these options and the ones that all our modules have.

    Args:
        options: argument specs.
        rules: such as required_if, as AnsibleModule takes them.
    """
    spec = assume_role_options()
    for some in options:
        spec.update(some)
    module = Module(argument_spec=spec, supports_check_mode=True, **rules)
    module.params.update(without_blanks(module.params, spec))
    return module


def deadline_of(params: Mapping[str, Any]) -> Deadline:
    """Return the one deadline of a task, from its wait options."""
    from .._core.waiting import Deadline, Patience

    return Deadline(Patience(timeout=float(params["wait_timeout"]), longest_pause=max(0.01, params["wait_delay"])))


def manage(
    module: Module,
    build: Callable[[Api, Mapping[str, Any]], Resource],
    service: str = SERVICE,
) -> None:
    """Run a resource's module: build, observe, plan, apply, report.

    Args:
        module: the running module.
        build: makes the resource from an Api and the module's options; checks the options.
        service: botocore's name of the service.
    """
    try:
        resource = build(_api(module, service), module.params)
        outcome = run(resource, module)
        module.exit_json(
            changed=outcome.changed,
            restarted=outcome.restarted,
            changes=[shapes.change(done) for done in outcome.done],
            **resource.report(outcome.after),
            **_diff(module, resource, outcome),
        )
    except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
        fail(module, error)


def services(module: Module) -> Callable[[str], Api]:
    """Return a way to other services of AWS, by botocore's name, as the same caller: a client is made when it is asked for.

    They are at their own addresses: endpoint_url is that of the module's own service.
    """
    return lambda service: _api(module, service, own=False)


def _api(module: Module, service: str, *, own: bool = True) -> Api:
    """Return a service as the caller of the module, whose reads are repeated within the module's deadline where it has one."""
    return api_of(connect(module, service, own=own), module.params)


def api_of(client: Any, params: Mapping[str, Any]) -> Api:
    """Return a client whose reads are repeated within the deadline of a module's options, where it has one."""
    return Api(client, deadline_of(params) if "wait_timeout" in params else None)


def run(resource: Resource, module: Module) -> Outcome:
    """Converge, or in check mode predict.

    Raises:
        RedshiftServerlessError: with the Changes that were done and those that were not.
    """
    from .._core.plan import Convergence, check
    from .telling import narrator

    if module.check_mode:
        return check(resource)
    # A module without the option manages what AWS changes at once.
    wait = module.params.get("wait", True)
    convergence = Convergence(resource, deadline_of(module.params), wait, progress=module.debug)
    return convergence.run(narrator())


def inform(
    module: Module,
    read: Callable[[Api, Mapping[str, Any]], Mapping[str, Any]],
    service: str = SERVICE,
) -> None:
    """Run a module that manages no resource: what `read` returns is its result, unchanged unless it says otherwise."""
    try:
        module.exit_json(**{"changed": False, **read(_api(module, service), module.params)})
    except Exception as error:  # noqa: BLE001  # the edge: whatever nobody thought of is a sentence too
        fail(module, error)


def fail(module: Module, cause: Exception) -> NoReturn:
    """End the module with an error for a person, and with what was done and what was not.

    Tracebacks are without the texts of exceptions: those of libraries may quote an answer with a secret in it.
    """
    error = cause if isinstance(cause, RedshiftServerlessError) else Unforeseen(cause)
    frames = error.frames if isinstance(error, Unforeseen) else Unforeseen(cause).frames
    module.fail_json(
        exception="".join(frames),  # which Ansible shows only where its own setting asks for tracebacks
        **failure(error),
        **_traceback(module, error),
    )


def failure(error: RedshiftServerlessError) -> dict[str, Any]:
    """A failure as results show it: in words, and with what was done and what was not."""
    return {
        "msg": error.message,
        "changed": bool(error.done),
        "restarted": any(done.change.restarts for done in error.done),
        "changes": [shapes.change(done) for done in error.done],
        "changes_pending": [shapes.change(Done(change, 0.0)) for change in error.pending],
        **error.details(),
    }


def _traceback(module: Module, error: RedshiftServerlessError) -> dict[str, Any]:
    # pylint: disable-next=protected-access
    asked = module._verbosity >= 3  # the attribute that Ansible gives modules for -vvv has this name
    return {"traceback": error.frames} if asked and isinstance(error, Unforeseen) else {}


def _diff(module: Module, resource: Resource, outcome: Outcome) -> dict[str, Any]:
    # pylint: disable-next=protected-access
    if not module._diff:  # the attribute that Ansible gives modules for --diff has this name
        return {}
    # Where nobody waits, a resource may be in a state that passes and that nobody has asked for.
    settled = getattr(resource, "settled", lambda state: state)
    return {"diff": {"before": resource.report(outcome.before), "after": resource.report(settled(outcome.after))}}
