"""What casework says about leases."""

from datetime import date
from typing import ClassVar

from staffel_contracts.fact import Area, Fact, Ref


class TenancySigned(Fact):
    """A lease was signed."""

    BASIS: ClassVar[str] = "§ 22 SGB II"
    VALID_ON: ClassVar[str | None] = "starts_on"
    SINCE: ClassVar[str] = "0.2.0"

    tenancy_ref: Ref
    signed_on: date
    starts_on: date
    area: Area
