"""The handover sheet as sender and receiver both see it: the digest that binds an acceptance."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from staffel_contracts.codes import SheetField

NEVER_LEAVES: Final = frozenset(
    {
        SheetField.ASYLUM_REASONS,
        SheetField.RELIGION,
        SheetField.HEALTH_RECORD,
        SheetField.BENEFIT_REDUCTIONS,
        SheetField.HOUSE_RULES,
        SheetField.CRIMINAL_MATTERS,
        SheetField.REMOVAL_STEPS,
        SheetField.IDENTITY_DOUBTS,
        SheetField.VOLUNTEER_NOTES,
        SheetField.CASEWORK_JOURNAL,
        SheetField.BANK_STATEMENTS,
        SheetField.THIRD_PERSONS,
    }
)
"""What leaves to nobody, and is not taken in for a sheet either (class C)."""


def sheet_digest(fields: Mapping[str, str]) -> str:
    """SHA-256 over the canonical JSON of the sheet's fields, in lower-case hexadecimal.

    The sender fixes it; the receiver computes it anew from the fields that it was given and names
    it when it confirms the delivery and when it accepts.
    """
    return sha256(canonical_json(fields)).hexdigest()


def canonical_json(fields: Mapping[str, str]) -> bytes:
    """The one way to write the fields: keys sorted, no spaces, UTF-8 (RFC 8785)."""
    text = json.dumps(dict(fields), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()
