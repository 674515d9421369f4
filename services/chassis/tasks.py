"""Loops that end when they are told to."""

import asyncio


def heed_cancellation() -> None:
    """Raise `CancelledError` if the running task was cancelled and something swallowed it.

    `asyncio.wait_for` of Python 3.11, which nats-py uses, does so when the awaited result arrives
    at the same moment; an endless loop would then go on for ever. Call it once in every
    round, before resting.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
