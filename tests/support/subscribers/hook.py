"""A receiver of webhooks: ``python hook.py FAULT LEDGER``; its secret is in the environment."""

import json
import os
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from staffel_contracts.signing import WrongSignature, verify

FAULT, LEDGER = sys.argv[1], Path(sys.argv[2])
SECRETS = [os.environ["SECRET"]]


class Hook(BaseHTTPRequestHandler):
    """Takes each entry in once."""

    seen: set[int] = set()  # noqa: RUF012 - one server, one memory

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            if FAULT != "takes any signature":
                headers = {name.lower(): value for name, value in self.headers.items()}
                if FAULT == "takes one signature":
                    headers["webhook-signature"] = headers["webhook-signature"].split()[0]
                verify(SECRETS, headers, body, datetime.now(UTC))
        except WrongSignature:
            self._answer(401)
            return
        index = json.loads(body)["feedindex"]
        if index not in self.seen or FAULT == "counts twice":
            self.seen.add(index)
            with LEDGER.open("a") as file:
                file.write(json.dumps({"index": index}) + "\n")
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


server = HTTPServer(("127.0.0.1", 0), Hook)
print(server.server_port, flush=True)  # noqa: T201 - the test reads it
server.serve_forever()
