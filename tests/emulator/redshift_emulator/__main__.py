"""``python -m redshift_emulator``: serve the emulator."""

from __future__ import annotations

import argparse

from .server import serve


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="redshift_emulator", description="A local AWS with Redshift Serverless.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--port-file", help="file to which the port is written when the server listens")
    parser.add_argument("--rate", type=float, default=0.0, help="simulated seconds per real second; 0 stands still")
    parser.add_argument("--seed", type=int, default=0, help="seed of all identifiers")
    options = parser.parse_args()
    serve(options.host, options.port, options.port_file, options.rate, options.seed)


if __name__ == "__main__":
    main()
