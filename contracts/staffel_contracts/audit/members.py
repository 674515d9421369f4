"""The names of what is in a bundle."""

import re

FORMAT = "staffel-audit-bundle/1"
MANIFEST = "manifest.json"
README = "README.txt"
POLICY = "policy"
KEYS = "keys.jsonl"
CHECKPOINT = "checkpoint"
ENTRIES = "entries.jsonl"
HASHES = "hashes"
PROOFS = "proofs"
CONSISTENCY = "consistency"
_NAME = re.compile(
    r"manifest\.json|README\.txt|policy|keys\.jsonl"
    r"|log/[a-z][a-z0-9_]{0,62}/(checkpoint|entries\.jsonl|hashes|proofs|consistency)"
    r"|(schemas|rules)/[A-Za-z0-9][A-Za-z0-9._-]{0,120}"
)


def in_log(service: str, name: str) -> str:
    """The member that holds this of a service's log."""
    return f"log/{service}/{name}"


def is_allowed(name: str) -> bool:
    """Whether a bundle may have a member of this name; no path leads out of it."""
    return _NAME.fullmatch(name) is not None
