"""Whose and when: what many of the emulator's tests name."""

from __future__ import annotations

OWNER = "111111111111"
GRANTEE = "222222222222"
# Simulated seconds after which nothing is on its way any more.
SETTLED = 600
