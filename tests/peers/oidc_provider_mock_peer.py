"""PyPI's oidc-provider-mock (on Authlib): a second opinion on the honest way."""

import socket

import oidc_provider_mock

import peer

settings = peer.settings()
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in settings["people"].items()]
app = oidc_provider_mock.app(require_nonce=True, user_claims=people)
peer.serve(app, listener, settings)
peer.say({"issuer": f"https://localhost:{port}"})
peer.answer()
