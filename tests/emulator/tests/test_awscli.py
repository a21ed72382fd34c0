"""The AWS CLI as a client: one way through, as a person would type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from redshift_emulator.control import Emulator

CLI = [sys.executable, "-c", "import sys, awscli.clidriver; sys.exit(awscli.clidriver.main())", "redshift-serverless"]


def aws(emulator: Emulator, *arguments: str) -> tuple[int, Any, str]:
    """Run the CLI; gives exit code, decoded output and errors."""
    environment = {**os.environ, **emulator.environment()}
    done = subprocess.run([*CLI, *arguments], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


def test_the_commands_of_the_aws_guide(emulator: Emulator) -> None:
    assert aws(emulator, "create-namespace", "--namespace-name", "sales")[0] == 0
    created = aws(
        emulator,
        *("create-workgroup", "--workgroup-name", "sales", "--namespace-name", "sales"),
        *("--config-parameters", "parameterKey=require_ssl,parameterValue=true"),
    )
    assert created[1]["workgroup"]["status"] == "CREATING"
    update = ("update-workgroup", "--workgroup-name", "sales", "--config-parameters")
    busy = aws(emulator, *update, "parameterKey=use_fips_ssl,parameterValue=true")
    assert busy[0] != 0
    assert "(ConflictException)" in busy[2]
    emulator.advance(600)
    done = aws(emulator, *update, "parameterKey=use_fips_ssl,parameterValue=true")
    assert done[1]["workgroup"]["status"] == "MODIFYING"
