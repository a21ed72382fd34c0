"""The server: moto's application with our service and our middleware, on one port."""

from __future__ import annotations

import gc
import signal
import threading
from pathlib import Path
from typing import Any

from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .control_interface import ControlInterface
from .faults import Faults
from .middleware import Middleware
from .registry import register
from .request_log import RequestLog
from .world import world

try:
    # Optional: it only keeps the spelling of S3 metadata headers (moto 5.2.5 and newer).
    from moto.moto_server.werkzeug_app import MotoRequestHandler as _BaseHandler
except ImportError:
    _BaseHandler = WSGIRequestHandler


class QuietHandler(_BaseHandler):
    """A request handler that does not print each request: the request log has them."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug names it so
        """Print nothing."""


def create_app(rate: float = 0.0, seed: int = 0) -> Middleware:
    """The whole emulator as a WSGI application."""
    register()
    shared = world()
    shared.reset(seed=seed, rate=rate)
    mock_random.seed(seed)
    log, faults = RequestLog(), Faults()
    control = ControlInterface(shared, log, faults, rate=rate, seed=seed)
    return Middleware(DomainDispatcherApplication(create_backend_app), shared, log, faults, control)


def create_server(host: str, port: int, rate: float = 0.0, seed: int = 0) -> BaseWSGIServer:
    """A threaded server that listens, but does not serve yet; port 0 takes a free one (see its ``port``)."""
    return make_server(host, port, create_app(rate, seed), threaded=True, request_handler=QuietHandler)


def serve(host: str, port: int, port_file: str | None, rate: float, seed: int) -> None:
    """Serve until SIGTERM or SIGINT. The port is written to ``port_file`` when requests are accepted."""
    server = create_server(host, port, rate, seed)
    # What is loaded now stays: leaving it out of each collection makes those of a reset cheap.
    gc.freeze()

    def stop(number: int, frame: Any) -> None:
        # shutdown() waits for the serving loop, which runs in this very thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if port_file:
        target = Path(port_file)
        # Renamed into place, so that nobody reads half a number.
        temporary = target.with_name(target.name + ".part")
        temporary.write_text(f"{server.port}\n", encoding="ascii")
        temporary.replace(target)
    else:
        print(f"listening on http://{host}:{server.port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.05)
    finally:
        server.server_close()
