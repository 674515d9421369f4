"""Ask the service on this machine whether it can work: ``python -m services.chassis.probe``.

With ``live`` it is only asked whether it turns, whatever it has found. Exits 0 if it is ready, for
which it writes to its database, or if it waits as a standby; else 1 with the reasons. A socket and
nothing else, so that it starts at once: it is asked every few seconds in every container.
"""

import json
import os
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SECONDS = 8.0


def main() -> int:
    """Ask, say the reasons, and give the exit code."""
    question = "live" if "live" in sys.argv[1:] else "ready"
    try:
        ok, told = _asked(int(os.environ.get("STAFFEL_HTTP_PORT", "8080")), question)
    except (OSError, ValueError) as error:
        sys.stdout.write(f"no answer: {type(error).__name__}\n")
        return 1
    sys.stdout.write(f"{'; '.join(told.get('reasons') or []) or 'ready'}\n")
    return 0 if ok or told.get("standby") else 1


def _asked(port: int, question: str) -> "tuple[bool, dict[str, Any]]":
    """Whether the answer is a good one, and what it says; HTTP/1.0 ends where the line does."""
    with socket.create_connection(("127.0.0.1", port), _SECONDS) as line:
        line.sendall(f"GET /health/{question} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b" ")[1:2] == [b"200"], json.loads(body)


if __name__ == "__main__":
    sys.exit(main())
