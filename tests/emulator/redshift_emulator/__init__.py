"""A local AWS for the collection's tests: moto for everything, Redshift Serverless from this package.

Run it with ``python -m redshift_emulator``; talk to it from tests through :mod:`redshift_emulator.control`.
The neighbouring ``README.md`` says what of its behaviour is confirmed, inferred or unknown.
"""
