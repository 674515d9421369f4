"""Problem documents (RFC 9457): why a command or a query was not carried out."""

from pydantic import BaseModel, ConfigDict

from staffel_contracts.codes import RefusalCode as R

_STATUS = {
    400: {R.MALFORMED, R.KEY_MISSING, R.PURPOSE_MISSING},
    401: {
        *(R.UNAUTHENTICATED, R.UNKNOWN_AGENCY),
        *(R.TOKEN_INVALID, R.TOKEN_EXPIRED, R.TOKEN_AUDIENCE),
    },
    403: {
        *(R.AGENCY_MAY_NOT, R.ROLE_MAY_NOT),
        *(R.NOT_THE_RECEIVER, R.NOT_THE_SENDER, R.NOT_RESPONSIBLE, R.STATUS_ONLY),
        R.CONSENT_MISSING,
        R.PROCESSING_RESTRICTED,
    },
    404: {R.NOT_FOUND, R.UNKNOWN_COMMAND, R.UNKNOWN_QUERY, R.PERSON_NOT_ADMITTED, R.NO_HANDOFF},
    405: {R.METHOD_NOT_ALLOWED},
    408: {R.TOO_SLOW},
    410: {R.SUBJECT_ERASED},
    413: {R.TOO_LARGE},
    422: {R.INVALID, R.KEY_REUSED},
    429: {R.TOO_MANY_REQUESTS},
    500: {R.BROKEN},
    503: {R.UNAVAILABLE, R.MAINTENANCE, R.CASE_PARKED},
}
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes}
CONFLICT = 409


class Problem(BaseModel):
    """A problem document; ``code`` is stable, ``field`` names the culprit, no personal data."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    code: R
    detail: str = ""
    field: str | None = None

    def to_json(self) -> bytes:
        """The document as JSON."""
        return self.model_dump_json(exclude_none=True).encode()


def problem(code: R, detail: str = "", field: str | None = None) -> Problem:
    """The problem document of a code, with its HTTP status."""
    return Problem(
        type=f"urn:staffel:problem:{code.value}",
        title=code.en,
        status=_STATUS_OF.get(code, CONFLICT),
        code=code,
        detail=detail,
        field=field,
    )
