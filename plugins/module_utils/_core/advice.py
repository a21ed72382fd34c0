# Copyright: (c) 2026, the redshift.serverless contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about a refusal, read from AWS's own text and never guessed from the error code alone.

Facts: the IAM User Guide ("Troubleshoot access denied error messages") shows AWS's texts: the action after "is not authorized
to perform", and the policy that denies after "explicit deny in a" or "because no ... allows". The Signature Version 4 guide
shows the texts of a wrong clock. EC2 may encode its reason (DecodeAuthorizationMessage in the API reference of STS).
"""

from __future__ import annotations

import re

# No text of AWS's that is worth reading is longer; what is longer is a page or a body.
LONGEST_TEXT = 1500

_ACTION = re.compile(r"not authorized to perform:? \[?([A-Za-z0-9-]+:[A-Za-z0-9*]+)")
_EXPLICIT = re.compile(r"explicit deny in an? ([A-Za-z -]+?) ?(?:polic(?:y|ies)|(boundary))")
_IMPLICIT = re.compile(r"because no ([A-Za-z -]+?) ?(?:policy|(boundary)) allows")
_ENCODED = re.compile(r"(Encoded authorization failure message:) *[A-Za-z0-9_=+/.-]+")
_CLOCK = re.compile(r"signature expired|not yet current|request has expired|time too skewed|clock", re.IGNORECASE)
_USER_INFO = re.compile(r"//[^/@\s]+@")

_EXPIRED = "The credentials have expired: renew them, or use assume_role_arn, whose credentials renew themselves."
_UNKNOWN = (
    "AWS does not know these credentials in this Region. Check access_key, secret_key, session_token, profile or the environment, "
    "and whether the account has enabled the Region."
)
_WRONG_SECRET = "The secret key does not belong to the access key. Check secret_key."  # noqa: S105  # a sentence
_WRONG_CLOCK = "The clock of this host differs from AWS's by more than it accepts. Set the clock, by NTP for example."

_CREDENTIAL_CODES = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "UnrecognizedClientException": _UNKNOWN,
    "InvalidClientTokenId": _UNKNOWN,
    "AuthFailure": _UNKNOWN,
    "InvalidSignatureException": _WRONG_SECRET,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "RequestTimeTooSkewed": _WRONG_CLOCK,
    "RequestExpired": _WRONG_CLOCK,
}

# How a person finds the policy that decides, by AWS's name of it.
_WHERE = {
    "service control": "the organization's administrators manage it",
    "resource control": "the organization's administrators manage it",
    "permissions boundary": "it limits the caller's user or role",
    "session": "it was given when the session began",
    "VPC endpoint": "it belongs to the VPC endpoint that the request goes through",
    "identity-based": "it is attached to the caller's user, group or role",
    "resource-based": "it is attached to the resource, whose owner can change it",
}
# What a permission of the caller's own can put right.
_OWN = "identity-based"


def one_line(text: object) -> str:
    """Return a text of AWS's or of a library for a message: on one line, without what a page or a body would bring.

    A body that botocore could not read becomes its "message", so markup and JSON are left out.
    """
    words = " ".join(str(text).split())
    if words[:1] in ("<", "{", "[") or re.search(r"<(!doctype|html|body|\?xml)", words, re.IGNORECASE):
        return ""
    words = _USER_INFO.sub("//", words)
    return words if len(words) <= LONGEST_TEXT else f"{words[:LONGEST_TEXT]} ..."


def sentences(*parts: str) -> str:
    """Join sentences, each with exactly one full stop."""
    return " ".join(part if part.endswith((".", "?", "!", ":")) else f"{part}." for part in parts if part)


def shown_text(text: str) -> str:
    """AWS's text as a message shows it: what is encoded stays in the result's details."""
    return one_line(_ENCODED.sub(r"\1 see error.message.", text))


def about_credentials(code: str, text: str) -> str | None:
    """Return what to do about an error that is about the caller's credentials; None when it is about something else."""
    advice = _CREDENTIAL_CODES.get(code)
    return _WRONG_CLOCK if advice and advice is not _EXPIRED and _CLOCK.search(text) else advice


def denied_action(text: str) -> str | None:
    """Return the action that AWS's text names as not allowed, such as iam:PassRole."""
    found = _ACTION.search(text)
    return found[1] if found else None


def denying_policy(text: str) -> tuple[str, bool] | None:
    """The kind of policy that AWS's text names, such as "service control" (empty: of no kind that it names), and whether it denies explicitly."""
    for pattern, explicit in ((_EXPLICIT, True), (_IMPLICIT, False)):
        found = pattern.search(text)
        if found:
            return " ".join(filter(None, found.groups())), explicit
    return ("", True) if "explicit deny" in text else None


def may_lack_permission(text: str) -> bool:
    """Tell whether a permission of the caller's own may put a denial right: AWS names no other policy that decides."""
    return denying_policy(text) in (None, (_OWN, False))


def is_unexplained(text: str, action: str) -> bool:
    """Tell whether a denial may come from the resource's owner: AWS names neither another action nor a policy of the caller's."""
    policy = denying_policy(text)
    return denied_action(text) in (None, action) and (policy is None or policy[0] == "resource-based")


def about_denial(text: str, action: str) -> str:
    """Return what to do about a denial.

    Args:
        text: AWS's text.
        action: the operation's own action, for a text that names none.
    """
    named = denied_action(text)
    policy = denying_policy(text)
    if policy and not may_lack_permission(text):
        return _about_policy(*policy, named or action)
    if named:
        return f"The caller needs the IAM permission {named}."
    if _ENCODED.search(text):
        return (
            f"The caller needs the IAM permission {action}, and no policy may deny it. AWS encodes the reason: "
            "'aws sts decode-authorization-message --encoded-message ...' shows it to whoever may call it."
        )
    return (
        f"The caller needs the IAM permission {action}. AWS does not say whether that is missing or a policy denies it."
    )


def _about_policy(kind: str, explicit: bool, action: str) -> str:
    name = kind if kind.endswith("boundary") else f"{kind} policy".strip()
    place = next((words for known, words in _WHERE.items() if known.lower() == kind.lower()), "")
    where = f" ({place})" if place else ""
    if explicit:
        return f"A {name} denies {action}{where}. That statement has to change; a further permission of the caller does not help."
    return f"The {name} does not allow {action}{where}. That policy has to allow it; a further permission of the caller does not help."
