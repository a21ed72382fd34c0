"""Several passwords of one user, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from redshift_emulator.logins import Issued, digest, proof

NOW = datetime(2026, 1, 1, tzinfo=UTC)
lives = st.lists(st.tuples(st.text(max_size=8), st.integers(-5, 5)), max_size=6)


def test_digest_and_proof_are_postgresqls() -> None:
    # By the formula of the manual: "md5" and md5(md5(password, user), salt).
    assert digest(b"ana", b"secret") == b"md54e9075642c2764eb006371b3f594e02b"
    assert proof(b"md54e9075642c2764eb006371b3f594e02b", b"\1\2\3\4") == b"md58f8b530763ed9afcdb2cb65189075c56"


@given(issued=lives, asked=st.text(max_size=8), salt=st.binary(min_size=4, max_size=4), later=st.integers(0, 5))
def test_a_password_fits_while_one_like_it_lives(
    issued: list[tuple[str, int]], asked: str, salt: bytes, later: int
) -> None:
    passwords = Issued()
    for password, seconds in issued:
        passwords.add("ana", password, NOW + timedelta(seconds=seconds), NOW)

    for password in {asked, *(each for each, _seconds in issued)}:
        answer = proof(digest(b"ana", password.encode()), salt)
        alive = any(each == password and seconds > later for each, seconds in issued)
        assert passwords.fits(b"ana", salt, answer, NOW + timedelta(seconds=later)) is alive
        assert not passwords.fits(b"bob", salt, answer, NOW)
        assert not passwords.fits(b"ana", salt, b"md5", NOW)
