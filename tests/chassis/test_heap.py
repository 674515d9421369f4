"""A service's threads share one heap, so that what one lets go of serves the others."""

import subprocess
import sys

PROGRAM = """
import ctypes, sys, threading
from services.chassis.running.heap import share_one_heap

libc = ctypes.CDLL(None)
if sys.argv[1] == "shared":
    share_one_heap()
held, gate = [], threading.Barrier(5)

def work():
    held.append(ctypes.create_string_buffer(70_000))
    gate.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
gate.wait()
libc.fopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def test_threads_of_a_service_take_from_one_heap() -> None:
    assert _heaps("shared") == 1


def test_without_that_they_have_several() -> None:
    assert _heaps("apart") > 1


def _heaps(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, check=True, text=True
    )
    return done.stdout.count("<heap nr=")
