"""Stands in for the bot in tests of the launcher: a small program with the same commands and addresses."""

import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(503 if os.environ.get("STAND_IN_NEVER_READY") else 200)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def provision() -> None:
    complaint = os.environ.get("STAND_IN_PROVISION_FAILS")
    if complaint:
        sys.stderr.write(f"{complaint}\n")
        sys.exit(3)
    sys.stdout.write("provisioned\n")


def serve() -> None:
    server = ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(os.environ["STAND_IN_PIDS"]).write_text(f"{os.getpid()} {worker.pid}")
    if signal.sigwait({signal.SIGTERM, signal.SIGUSR1}) == signal.SIGUSR1:
        sys.stderr.write("The database is full.\n")
        sys.exit(4)


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
    provision() if sys.argv[1:] == ["provision"] else serve()
