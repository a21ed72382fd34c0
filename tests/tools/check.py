# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run several targets of the Makefile one after the other, stop at the first that fails, and sum up.

Usage: check.py MAKE TARGET ...
"""

from __future__ import annotations

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".cache" / "reports"
COUNTS = ("tests", "failures", "errors", "skipped")


def read_counts(report: Path) -> dict[str, int]:
    """Read how many tests a JUnit report of pytest tells of, by outcome."""
    suites = ET.parse(report).getroot().iter("testsuite")
    totals = dict.fromkeys(COUNTS, 0)
    for suite in suites:
        for name in COUNTS:
            totals[name] += int(suite.get(name, 0))
    return totals


def read_skips(report: Path) -> Counter[str]:
    """Read why tests were skipped: how many for each reason that a JUnit report of pytest tells of."""
    return Counter(skip.get("message", "") for skip in ET.parse(report).getroot().iter("skipped"))


def skips() -> list[str]:
    """Say in lines what all pytest runs left out, and how to leave nothing out; nothing if nothing was."""
    reasons = sum((read_skips(report) for report in sorted(REPORTS.glob("*.xml"))), Counter[str]())
    if not reasons:
        return []
    lines = [f"{number:>6}  {reason}" for reason, number in reasons.most_common()]
    return ["", f"{reasons.total()} tests were skipped (with REDSHIFT_TESTS_ALL=1 they fail):", *lines]


def summary(seconds: float, failed: str) -> str:
    """Sum the reports of all pytest runs up in a line as pytest writes it; name the target that failed, if one did."""
    counts = [read_counts(report) for report in sorted(REPORTS.glob("*.xml"))]
    total = {name: sum(count[name] for count in counts) for name in COUNTS}
    bad = total["failures"] + total["errors"]
    parts = {"failed": bad, "passed": total["tests"] - bad - total["skipped"], "skipped": total["skipped"]}
    words = ", ".join(f"{number} {name}" for name, number in parts.items() if number) or "no tests ran"
    if failed:
        words = f"make {failed} failed, {words}"
    return f" {words} in {seconds:.2f}s ".center(100, "=")


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code of the first target that failed, or 0."""
    make, *targets = arguments
    for report in REPORTS.glob("*.xml"):
        report.unlink()
    started = time.monotonic()
    lines = []
    code, failed = 0, ""
    for target in targets:
        print(f"\n{f' make {target} '.center(100, '-')}", flush=True)
        begun = time.monotonic()
        code = subprocess.run([make, "--no-print-directory", target], cwd=ROOT, check=False).returncode
        lines.append(f"{'FAILED' if code else 'passed'}  make {target:<12} {time.monotonic() - begun:6.1f} s")
        if code:
            failed = target
            break
    lines += [f"not run make {target}" for target in targets[len(lines) :]]
    print("\n" + "\n".join([*lines, *skips()]))
    print(summary(time.monotonic() - started, failed), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
