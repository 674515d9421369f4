"""Signatures agree with the reference implementation, and let nothing else in."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks

from staffel_contracts.signing import UnusableSecret, WrongSignature, sign, verify

SECRET, OTHER = (f"whsec_{b64encode(bytes([byte]) * 32).decode()}" for byte in (1, 2))
NOW = datetime(2025, 3, 24, 8, tzinfo=UTC)
ID, BODY = "jobcenter-12069/7", '{"subject":"c-1","data":{"note":"Straße"}}'.encode()


def signed(secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return sign(secret, ID, at, BODY)


def test_the_reference_signs_the_same() -> None:
    reference = standardwebhooks.Webhook(SECRET).sign(ID, NOW, BODY.decode())

    assert signed()["webhook-signature"] == reference


def test_the_reference_takes_what_we_sign() -> None:
    just_signed = signed(at=datetime.now(UTC))

    read = standardwebhooks.Webhook(SECRET).verify(BODY.decode(), just_signed)

    assert read["subject"] == "c-1"


def test_what_the_reference_signs_is_taken_whatever_the_case_of_the_names() -> None:
    signature = standardwebhooks.Webhook(SECRET).sign(ID, NOW, BODY.decode())
    seconds = str(int(NOW.timestamp()))
    headers = {"Webhook-Id": ID, "Webhook-Timestamp": seconds, "Webhook-Signature": signature}

    verify([SECRET], headers, BODY, NOW)


def test_while_a_secret_is_replaced_both_are_taken() -> None:
    verify([SECRET, OTHER], signed(OTHER), BODY, NOW)
    both = signed() | {
        "webhook-signature": f"v2,x {signed(OTHER)['webhook-signature']} "
        + signed()["webhook-signature"]
    }

    verify([SECRET], both, BODY, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "jobcenter-12069/8"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "²"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a," + signed()["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": "v1,ü"},
    ],
    ids=repr,
)
def test_another_header_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(WrongSignature):
        verify([SECRET], signed() | changed, BODY, NOW)


def test_another_body_is_refused() -> None:
    with pytest.raises(WrongSignature, match="no signature fits"):
        verify([SECRET], signed(), BODY + b" ", NOW)


def test_another_secret_is_refused() -> None:
    with pytest.raises(WrongSignature, match="no signature fits"):
        verify([OTHER], signed(), BODY, NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6)], ids=str)
def test_another_time_is_refused(off: timedelta) -> None:
    with pytest.raises(WrongSignature, match="away from now"):
        verify([SECRET], signed(at=NOW + off), BODY, NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_ü", SECRET[6:]])
def test_a_secret_that_is_none_is_refused_without_being_said(secret: str) -> None:
    with pytest.raises(UnusableSecret) as refused:
        signed(secret)

    said: Any = str(refused.value)
    assert not secret[6:] or secret[6:] not in said
