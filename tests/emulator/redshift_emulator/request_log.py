"""The log of AWS requests that tests and the demo read."""

from __future__ import annotations

import threading
from typing import Any


class RequestLog:
    """A thread-safe list of requests. Numbers go on after :meth:`clear`, so a reader's position stays valid."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[dict[str, Any]] = []
        self._next = 0

    def add(self, entry: dict[str, Any]) -> None:
        """Append an entry and give it the next number as ``id``."""
        with self._lock:
            self._entries.append({"id": self._next, **entry})
            self._next += 1

    def since(self, first: int) -> dict[str, Any]:
        """Entries numbered ``first`` and later, and the number that the next one will get."""
        with self._lock:
            return {"requests": [each for each in self._entries if each["id"] >= first], "next": self._next}

    def clear(self) -> None:
        """Forget the entries."""
        with self._lock:
            self._entries.clear()

    def reset(self) -> None:
        """Forget the entries and begin numbering anew."""
        with self._lock:
            self._entries.clear()
            self._next = 0
