"""The part that all peers in Python share: lines of JSON in, lines of JSON out, and an end with standard input."""

import json
import os
import ssl
import sys
import tempfile
import threading
from typing import Any, Callable

# What a library prints must not be taken for an answer.
_OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def settings() -> dict[str, Any]:
    """The first line."""
    return json.loads(sys.stdin.readline())


def say(value: Any) -> None:
    """One line out."""
    _OUT.write(json.dumps(value) + "\n")
    _OUT.flush()


def answer(respond: Callable[[Any], Any] = lambda _: {}) -> None:
    """Answers every further line until there is none."""
    for line in sys.stdin:
        say(respond(json.loads(line)))


def serve(app: Any, listener: Any, tls: dict[str, str]) -> None:
    """Serves a WSGI application over TLS, on a socket that is already bound, beside the conversation."""
    from werkzeug.serving import make_server

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        files = {name: os.path.join(folder, name) for name in ("cert", "key")}
        for name, path in files.items():
            with open(path, "w", encoding="ascii") as file:
                file.write(tls[name])
        context.load_cert_chain(files["cert"], files["key"])
    host, _ = listener.getsockname()
    server = make_server(host, 0, app, threaded=True, ssl_context=context, fd=listener.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
