"""New ids: ordered by time, so that indexes grow at their end, and not to be guessed."""

import os
from datetime import datetime

from services.chassis.store.columns import to_micros

RANDOM_BYTES = 10


def new_ids(at: datetime, count: int) -> list[str]:
    """``count`` ids of 32 hexadecimal digits for things created at ``at``."""
    moment = f"{to_micros(at) // 1000:012x}"
    noise = os.urandom(RANDOM_BYTES * count).hex()
    step = RANDOM_BYTES * 2
    return [moment + noise[i : i + step] for i in range(0, len(noise), step)]
