# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the documentation that repeats from its one source: doc fragments can't hold results.

Usage: generate.py [--check]

With --check nothing is written: the exit code is 1 when something is not as it would be written.

What is generated:

- `changes` and `changes_pending` in the results of every module that changes something, from shared_results.yml; the samples are
  the module's own.
- The keys of a resource in the results of its info module, from the module that manages the resource; what only the info module
  can say stays.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "plugins" / "modules"
SHARED = Path(__file__).with_name("shared_results.yml")

# Modules that only look, beside those whose name ends in _info.
READING = {"connection_check"}
# Result keys of which the managing module and its info module say different things, since they depend on different options.
OWN = {"tags"}


@dataclass(frozen=True)
class Mirror:
    """A resource whose keys are documented by the module that manages it and repeated by its info module.

    Attributes:
        module: the managing module.
        key: its result.
        listing: the info module's result, a list.
    """

    module: str
    key: str
    listing: str


# Info modules whose result repeats that of the module that manages the resource. The others, with the reason:
MIRRORS = (
    Mirror("workgroup", "workgroup", "workgroups"),
    Mirror("namespace", "namespace", "namespaces"),
    Mirror("endpoint_access", "endpoint", "endpoints"),
    Mirror("custom_domain", "custom_domain", "custom_domains"),
)
NOT_MIRRORED = {
    "network_info": "no module manages subnets, security groups or VPCs",
    "public_access_info": "no module manages a diagnosis",
    "resource_policy_info": "the managing module returns one policy in several results, not in one",
}

Entries = dict[str, str]


def entries(text: str) -> Entries:
    """The entries of a YAML mapping as their raw text, which begins with the name; comments belong to what follows."""
    parts = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if part.strip()}


def indented(text: str, spaces: int) -> str:
    """The text with so many spaces before each line."""
    return re.sub(r"^(?=.)", " " * spaces, text, flags=re.MULTILINE)


def dedented(text: str, spaces: int) -> str:
    """The text with so many spaces less before each line."""
    return re.sub(rf"^ {{{spaces}}}", "", text, flags=re.MULTILINE)


def contained(entry: str) -> tuple[str, Entries]:
    """An entry without its `contains`, and what that holds."""
    head, _unused, body = entry.partition("  contains:\n")
    return head, entries(dedented(body, 4))


def containing(head: str, keys: Entries) -> str:
    """The reverse of `contained`."""
    return f"{head}  contains:\n{indented(''.join(keys.values()), 4)}"


def results(source: str) -> tuple[str, Entries, str]:
    """What stands before a module's RETURN, its entries, and what stands after it."""
    before, opening, rest = source.partition('RETURN = r"""\n')
    body, closing, after = rest.partition('"""\n')
    return before + opening, entries(body), closing + after


def with_changes(source: str, shared: Entries) -> str:
    """A changing module with the shared documentation of its changes."""
    before, found, after = results(source)
    _head, own = contained(found.get("changes", ""))
    head, keys = contained(shared["changes"])
    sampled = {name: text + sample(own.get(name, "")) for name, text in keys.items()}
    found.update({**shared, "changes": containing(head, sampled)})
    last = {name: found.pop(name) for name in (*shared, "restarted") if name in found}
    return before + "".join([*found.values(), *last.values()]) + after


def sample(entry: str) -> str:
    """The sample of a result, to its end."""
    found = re.search(r"^  sample:.*\Z", entry, flags=re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def with_mirror(source: str, managing: str, mirror: Mirror) -> str:
    """An info module with the keys of the module that manages the resource."""
    before, found, after = results(source)
    head, own = contained(found[mirror.listing])
    _head, keys = contained(results(managing)[1][mirror.key])
    said = {name: text.replace(f"RV({mirror.key}.", f"RV({mirror.listing}[].") for name, text in keys.items()}
    kept = {name: text for name, text in own.items() if name in OWN or name not in said}
    found[mirror.listing] = containing(head, {**said, **kept})
    return before + "".join(found.values()) + after


def shared_results() -> Entries:
    """The results that all changing modules have, as raw text."""
    return entries(SHARED.read_text(encoding="utf-8").removeprefix("---\n"))


def documented(sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each module with its source as it has to be.

    Raises:
        ValueError: an info module that is neither mirrored nor left out for a reason.
    """
    shared = shared_results()
    mirrors = {f"{mirror.module}_info": mirror for mirror in MIRRORS}
    written = {name: with_changes(text, shared) for name, text in sources.items() if changes_something(name)}
    yield from written.items()
    for name in sorted(sources.keys() - written.keys() - READING - NOT_MIRRORED.keys()):
        if name not in mirrors:
            raise ValueError(f"{name} is new: add it to MIRRORS, or to NOT_MIRRORED with the reason, in {__file__}.")
        yield name, with_mirror(sources[name], written[mirrors[name].module], mirrors[name])


def changes_something(name: str) -> bool:
    """Whether a module changes something, by its name."""
    return not name.endswith("_info") and name not in READING


def main(arguments: list[str]) -> int:
    """Run from the command line; return the exit code."""
    sources = {path.stem: path.read_text() for path in MODULES.glob("*.py") if path.stem != "__init__"}
    stale = {name: text for name, text in documented(sources) if text != sources[name]}
    for name, text in stale.items():
        path = MODULES / f"{name}.py"
        if arguments == ["--check"]:
            print(f"{path.relative_to(ROOT)} repeats documentation that has changed: run make generate.")
        else:
            path.write_text(text)
    return int(bool(stale) and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
