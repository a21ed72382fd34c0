# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.redshift.serverless.plugins.module_utils._connection.files import parts_in, parts_of
from ansible_collections.redshift.serverless.plugins.module_utils._connection.strings import read_connection
from hypothesis import given
from hypothesis import strategies as st
from unit_kit.targets import a_workgroup, an_endpoint

texts = st.text("ab ;{}='\\\"%:@/?#\n\u00e4", min_size=1)


@given(
    value=st.sampled_from([a_workgroup(), an_endpoint()]),
    login=st.fixed_dictionaries({"auth": st.just("password")}, optional={"user": texts})
    | st.fixed_dictionaries({"auth": st.just("iam")}, optional={"profile": texts, "user": texts}),
    more=st.fixed_dictionaries(
        {}, optional={"database": texts, "odbc_driver": texts, "ssl_root_cert": texts, "schema": texts}
    ),
)
def test_files_are_the_same_whether_made_of_a_connection_or_of_its_strings(
    value: Any, login: dict[str, Any], more: dict[str, Any]
) -> None:
    connection = read_connection(value, **login, **more)

    assert parts_of(connection) == parts_in(connection.strings(), login["auth"], login.get("user"))
