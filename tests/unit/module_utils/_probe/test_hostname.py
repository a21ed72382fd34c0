# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.redshift.serverless.plugins.module_utils._probe.hostname import (
    EXAMPLE,
    Names,
    NotAHost,
    is_address,
    read_host,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = Names("client_host", "client_port", "client_database")
SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (EXAMPLE, EXAMPLE),
        (f"  {EXAMPLE}\n", EXAMPLE),
        (f"{EXAMPLE}.", EXAMPLE),
        (EXAMPLE.upper(), EXAMPLE),
        ("localhost", "localhost"),
        ("my_alias-1.example.com", "my_alias-1.example.com"),
        ("datenlager.köln.example", "datenlager.köln.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
    ],
)
def test_a_host_is_read_whatever_stands_around_it(text: str, host: str) -> None:
    assert read_host(text) == host


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (f"{EXAMPLE}:5439/dev", f"Give {EXAMPLE} as client_host, 5439 as client_port and dev as client_database."),
        (
            f" {EXAMPLE.upper()}.:5439/dev ",
            f"Give {EXAMPLE} as client_host, 5439 as client_port and dev as client_database.",
        ),
        (f"{EXAMPLE}:5439", f"Give {EXAMPLE} as client_host and 5439 as client_port."),
        (f"{EXAMPLE}/dev", f"Give {EXAMPLE} as client_host and dev as client_database."),
        (f"{EXAMPLE}:", f"Give {EXAMPLE} as client_host."),
        (f"https://{EXAMPLE}/", f"Give {EXAMPLE} as client_host."),
        (f"//{EXAMPLE}", f"Give {EXAMPLE} as client_host."),
        (f"jdbc:redshift://{EXAMPLE}:5439/dev", "5439 as client_port and dev as client_database."),
        (f"jdbc:redshift:iam://{EXAMPLE}:5439/dev;ssl=true", "5439 as client_port and dev as client_database."),
        (f"JDBC:redshift://{EXAMPLE}:5439/dev?user=a&password={SECRET}", f"Give {EXAMPLE} as client_host, 5439"),
        (f"postgresql://ana:{SECRET}@{EXAMPLE}:5439/dev?sslmode=verify-full", f"Give {EXAMPLE} as client_host, 5439"),
        (f"redshift+psycopg2://ana:{SECRET}@{EXAMPLE}:5439/dev", f"Give {EXAMPLE} as client_host, 5439"),
        ("postgresql://[2001:db8::1]:5439/dev", "Give 2001:db8::1 as client_host, 5439 as client_port"),
        ("10.0.0.7:5439", "Give 10.0.0.7 as client_host and 5439 as client_port."),
        (
            f"host={EXAMPLE} port=5439 dbname=dev password={SECRET}",
            f"Give {EXAMPLE} as client_host and 5439 as client_port.",
        ),
        (
            f"Driver={{X}};Server={EXAMPLE};Port=5439;PWD={SECRET}",
            f"Give {EXAMPLE} as client_host and 5439 as client_port.",
        ),
        (f"{EXAMPLE}:99999", f"Give {EXAMPLE} as client_host."),
    ],
)
def test_what_says_more_than_a_host_is_refused_with_its_parts(text: str, advice: str) -> None:
    with pytest.raises(NotAHost) as error:
        read_host(text, NAMES)

    message = str(error.value)
    assert message.startswith("client_host: got ") and advice in message
    assert SECRET not in message and "\n" not in message


def test_a_database_is_left_out_where_no_option_takes_it() -> None:
    with pytest.raises(NotAHost, match=r"nothing else\. Give sales\.example\.com as host and 5439 as port\.$"):
        read_host("sales.example.com:5439/dev")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "the host",
        "a,b",
        "a\nb",
        "a\0b",
        "[sales]",
        "'sales'",
        "jdbc:redshift:iam://redshift-serverless-sales:us-east-1/dev",
        f"postgresql://ana:{SECRET}?x@{EXAMPLE}/dev",
        f"postgresql://ana:5{SECRET}/x@{EXAMPLE}/dev",
        f"postgresql://ana:a@{SECRET}@/dev",
    ],
)
def test_what_can_be_no_host_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(NotAHost) as error:
        read_host(text, NAMES)

    message = str(error.value)
    assert message.startswith("client_host: got ") and "expected a host name" in message
    assert SECRET not in message and "\n" not in message


@given(st.text(max_size=30))
def test_whatever_is_given_is_a_host_or_one_sentence(text: str) -> None:
    message = ""
    try:
        assert read_host(read_host(text, NAMES)) == read_host(text, NAMES)
    except NotAHost as error:
        message = str(error)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "answer"), [("127.0.0.1", True), ("::1", True), ("fe80::1%lo", True), ("sales", False)]
)
def test_an_address_is_no_name(text: str, answer: bool) -> None:
    assert is_address(text) is answer
