"""A witness over HTTP: ``POST /add-checkpoint`` and ``GET /<origin hash>/checkpoint``."""

import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from staffel_contracts.tlog.witness import Answer, Witness

MAX_BODY = 100_000
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is bound and answers as soon as ``serve_forever`` runs.

    Raises:
        OSError: the address is not to be had.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "staffel-witness"
        sys_version = ""
        timeout = 10
        """Seconds that a slow or silent caller is waited for."""

        def do_POST(self) -> None:
            """Cosign a checkpoint."""
            if self.path != "/add-checkpoint":
                self._close_with(Answer(HTTPStatus.NOT_FOUND, "not here\n"))
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal():
                self._close_with(Answer(HTTPStatus.LENGTH_REQUIRED, "Content-Length is needed\n"))
            elif int(length) > MAX_BODY:
                rule = f"at most {MAX_BODY} bytes\n"
                self._close_with(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, rule))
            else:
                self._answer(witness.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:
            """The checkpoint cosigned last."""
            match = _CHECKPOINT.fullmatch(self.path)
            missing = Answer(HTTPStatus.NOT_FOUND, "not here\n")
            self._answer(witness.latest(match[1]) if match else missing)

        def _close_with(self, answer: Answer) -> None:
            # The body was not read: what follows on this connection is not a request.
            self.close_connection = True
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing: what counts is in the folder."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server
