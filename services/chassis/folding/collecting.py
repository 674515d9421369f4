"""Fold with the garbage collector looking seldom: what a fold lets go of goes by itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 10_000
"""How many there have to be until it looks; usually some hundreds."""


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Have the collector look seldom, as long as this lasts; also as a decorator.

    Entries, facts and states are in no cycles. At the usual pace an eighth of a fold's time goes
    into looking whether they are, most of it at objects that were there before.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
