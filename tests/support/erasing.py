"""Destroy a person's key, as an erasure does."""

from services.chassis.keys.erasures import Erasure
from services.chassis.keys.keyring import Keyring


def destroy(keyring: Keyring, person: str, case: str) -> None:
    """Nothing sealed under the person's key opens again."""
    key = keyring.keys_of([person])[person]
    keyring.destroy([Erasure(key.key_id, person, case, "{}")])
