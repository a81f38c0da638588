"""One client's connection: HTTP/1.1 that stays open between requests, and is silent."""

from __future__ import annotations

import contextlib
import io
import socket
from http import HTTPStatus
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

from s3browse.demo.http import Application, Environ


class Connection(MotoRequestHandler):
    """Serves the requests of one connection, one after another.

    The library's own handler closes the connection after each answer. Here a request is read whole
    before it is answered, so the next one starts where it should.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: Server

    def run_wsgi(self) -> None:
        """Answers one request through the application."""
        for block in self.server.application(self._read_request(), self._start_response):
            self.wfile.write(block)
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Asks at once for the body of a client that waits to be asked."""
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()
        self.wfile.flush()
        return True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Writes nothing."""

    def _read_request(self) -> Environ:
        environ: Environ = self.make_environ()
        chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
        length = -1 if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            raise ConnectionResetError("the client left before its request was whole")
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return environ

    def _start_response(self, status: str, headers: list[tuple[str, str]]) -> None:
        code = int(status.split()[0])
        self.send_response_only(code, HTTPStatus(code).phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()


class Server(ThreadedWSGIServer):
    """Serves an application on a free port of 127.0.0.1, each connection in a thread.

    Args:
        application: Answers the requests.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self._sockets: set[socket.socket] = set()
        super().__init__("127.0.0.1", 0, application, Connection)

    def get_request(self) -> tuple[Any, Any]:
        """Accepts a connection and keeps it in mind, so that stopping closes it."""
        connection, address = super().get_request()
        self._sockets.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection that is over."""
        self._sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Writes nothing: a connection that fails is closed, and that is all."""

    def stop(self) -> None:
        """Ends ``serve_forever`` and closes every connection."""
        self.shutdown()
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
