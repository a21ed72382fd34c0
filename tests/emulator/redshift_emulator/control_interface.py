"""The control address of the emulator, ``/_emulator/...``: clock, request log, settings, faults, accounts, reset."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto import settings
from moto.core.responses import ActionAuthenticatorMixin
from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from .accounts import ensure_user
from .errors import ServiceError
from .faults import Faults
from .fixed_credentials import fixed_credentials
from .models import redshiftserverless_backends
from .request_log import RequestLog
from .resource_policies import store_verbatim
from .responses import stateless_operations
from .state import Key
from .workgroups import find_workgroup
from .world import World

PREFIX = "/_emulator"
DEFAULT_REGION = "us-east-1"
# Real seconds after which moto takes a requested certificate for validated: at the first look, or never.
VALIDATION_SECONDS = {"at_once": -1, "pending": 10**9}
Handler = Callable[[dict[str, Any], dict[str, str]], Any]


class ControlInterface:
    """Answers the control addresses.

    Args:
        world: Clock and settings.
        log: The request log.
        faults: The fault rules.
        rate: The clock's rate after a reset.
    """

    def __init__(self, world: World, log: RequestLog, faults: Faults, rate: float = 0.0, seed: int = 0) -> None:
        self._world = world
        self._log = log
        self._faults = faults
        self._rate = rate
        self._seed = seed
        self._handlers: dict[tuple[str, str], Handler] = {
            ("GET", "/health"): lambda body, query: {"status": "ok"},
            ("GET", "/clock"): lambda body, query: self._clock(),
            ("POST", "/clock"): self._set_clock,
            ("GET", "/requests"): lambda body, query: self._log.since(int(query.get("since") or 0)),
            ("DELETE", "/requests"): lambda body, query: self._done(self._log.clear),
            ("GET", "/settings"): lambda body, query: self._world.settings.as_dict(),
            ("POST", "/settings"): self._set_settings,
            ("GET", "/faults"): lambda body, query: {"faults": self._faults.as_list()},
            ("POST", "/faults"): self._add_faults,
            ("DELETE", "/faults"): lambda body, query: self._done(self._faults.clear),
            ("POST", "/accounts"): self._account,
            ("GET", "/stateless"): lambda body, query: {"operations": stateless_operations()},
            ("GET", "/databases"): lambda body, query: self._databases(),
            ("POST", "/databases"): self._attach,
            ("DELETE", "/databases"): self._detach,
            ("POST", "/policies"): self._store_policy,
            ("POST", "/reset"): self._reset,
        }
        self._follow_settings()

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, str]:
        """Answer one control request.

        Returns:
            HTTP status and a JSON text; 404 for an unknown address, 400 for bad input, with ``error`` in words.
        """
        handler = self._handlers.get((method, path.removeprefix(PREFIX)))
        if handler is None:
            known = sorted(f"{verb} {PREFIX}{where}" for verb, where in self._handlers)
            return 404, json.dumps({"error": f"there is no {method} {path}; there are {known}"})
        try:
            data = json.loads(body or b"{}")
            return 200, json.dumps(handler(data, query))
        except ServiceError as error:
            return 400, json.dumps({"error": error.message})
        except (ValueError, TypeError, KeyError) as error:
            return 400, json.dumps({"error": f"{type(error).__name__}: {error}"})

    @staticmethod
    def _done(action: Callable[[], None]) -> dict[str, str]:
        action()
        return {"status": "ok"}

    def _clock(self) -> dict[str, Any]:
        clock = self._world.clock
        return {"now": clock.now().isoformat(), "rate": clock.rate, "per_request": clock.per_request}

    def _set_clock(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        with self._world.lock:
            if "rate" in body:
                self._world.clock.set_rate(float(body["rate"]))
            if "per_request" in body:
                self._world.clock.per_request = max(0.0, float(body["per_request"]))
            if "advance" in body:
                self._world.clock.advance(float(body["advance"]))
            self._world.settle()
            return self._clock()

    def _set_settings(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        with self._world.lock:
            self._world.settings.update(body)
            self._follow_settings()
            return self._world.settings.as_dict()

    def _follow_settings(self) -> None:
        """Hand on what moto keeps in settings of its own."""
        settings.ACM_VALIDATION_WAIT = VALIDATION_SECONDS[self._world.settings.certificate_validation]

    def _add_faults(self, body: Any, query: dict[str, str]) -> dict[str, Any]:
        """Takes one rule, a list of rules, or {"faults": [rules]}."""
        rules = body if isinstance(body, list) else body.get("faults", [body])
        self._faults.add(rules)
        return {"faults": self._faults.as_list()}

    def _account(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
        credentials = fixed_credentials(str(body["account"]))
        ensure_user(credentials["access_key"], body.get("region", DEFAULT_REGION))
        return credentials

    def _databases(self) -> dict[str, Any]:
        with self._world.lock:
            attached = self._world.databases
            return {"databases": attached.describe() if attached else []}

    def _attach(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        """Attach a database to a workgroup. Takes ``workgroup``, ``account``, ``region``."""
        # Late, so that the emulator starts as fast as ever, and works without what databases need.
        from .databases import Databases

        with self._world.lock:
            if self._world.databases is None:
                self._world.databases = Databases(self._world)
            return self._world.databases.attach(Key(**_place(body)))

    def _detach(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
        with self._world.lock:
            if self._world.databases:
                self._world.databases.detach(Key(**_place(body)))
        return {"status": "ok"}

    def _store_policy(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
        """Store a policy text unchecked. Takes ``workgroup``, ``account``, ``region`` and ``policy``, a string."""
        place = Key(**_place(body))
        with self._world.lock:
            backend = redshiftserverless_backends[place.account][place.region]
            store_verbatim(backend, find_workgroup(backend, place.workgroup).arn, str(body["policy"]))
        return {"status": "ok"}

    def _reset(self, body: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
        """Everything back to new. Takes ``seed`` for the identifiers and ``now`` (ISO 8601) for the clock."""
        seed = int(body.get("seed", self._seed))
        start = datetime.fromisoformat(body["now"]).astimezone(UTC) if "now" in body else None
        with self._world.lock:
            self._world.reset(seed=seed, rate=self._rate, start=start)
            _drop_ec2()
            _stop_iam_enforcement()
            self._follow_settings()
            moto_api_backend.reset()
            mock_random.seed(seed)
            self._faults.clear()
            self._log.reset()
            # Their workgroups are gone.
            self._world.settle()
        # moto's backends refer to themselves; without this a test session takes hundreds of megabytes.
        gc.collect()
        return {"status": "ok"}


def _place(body: dict[str, Any]) -> dict[str, str]:
    """Which workgroup a control request is about."""
    region = str(body.get("region", DEFAULT_REGION))
    return {"account": str(body["account"]), "region": region, "workgroup": str(body["workgroup"])}


def _drop_ec2() -> None:
    """Forget moto's EC2 first: its own reset would load every machine image again, for each account and Region.

    The backends are emptied, too: a cache in moto keeps every subnet, and through it the whole backend.
    """
    for regions in list(ec2_backends.values()):
        for backend in regions.values():
            vars(backend).clear()
        regions.clear()


def _stop_iam_enforcement() -> None:
    """Undo what ``POST /moto-api/reset-auth`` has switched on; moto's own reset leaves it on."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
    ActionAuthenticatorMixin.request_count = 0
