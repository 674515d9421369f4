"""Ask the service on this machine whether it can work: ``python -m services.chassis.probe``.

With ``live`` it is only asked whether it turns, whatever it has found. Exits 0 if it is ready, for
which it writes to its database, or if it waits as a standby; else 1 with the reasons. The standard
library alone, so that it starts at once.
"""

import json
import os
import sys
from http.client import HTTPConnection, HTTPException

_SECONDS = 8.0
_OK = 200


def main() -> int:
    """Ask, say the reasons, and give the exit code."""
    connection = HTTPConnection(
        "127.0.0.1", int(os.environ.get("STAFFEL_HTTP_PORT", "8080")), timeout=_SECONDS
    )
    try:
        connection.request("GET", f"/health/{'live' if 'live' in sys.argv[1:] else 'ready'}")
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        sys.stdout.write(f"no answer: {type(error).__name__}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(f"{'; '.join(told.get('reasons', [])) or 'ready'}\n")
    return 0 if answer.status == _OK or told.get("standby") else 1


if __name__ == "__main__":
    sys.exit(main())
