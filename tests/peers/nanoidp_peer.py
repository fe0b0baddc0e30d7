"""PyPI's nanoidp: a third opinion, in the shape of a directory with groups and roles."""

import os
import socket
import tempfile

import yaml
from nanoidp.app import create_app

import peer

settings = peer.settings()
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
issuer = f"https://localhost:{port}"
client = settings["client"]
server = {"host": "127.0.0.1", "port": port}
oauth = {
    "issuer": issuer,
    "audience": client["id"],
    "token_expiry_minutes": 5,
    "clients": [
        {"client_id": client["id"], "client_secret": client["secret"], "redirect_uris": client["redirects"]},
    ],
}

with tempfile.TemporaryDirectory(prefix="nanoidp-") as folder:

    def write(name, value):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            yaml.safe_dump({"config_version": 1, **value}, file)

    write("settings.yaml", {"server": server, "oauth": oauth})
    write("users.yaml", {"users": settings["people"]})
    os.chdir(folder)  # it keeps its signing keys where it stands
    peer.serve(create_app(config_dir=folder), listener, settings)
    peer.say({"issuer": issuer})
    peer.answer()
