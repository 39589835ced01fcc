"""A small OpenID Connect provider on loopback: discovery, a page to choose somebody, codes, signed identity tokens."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "segcore", "a-secret-of-the-test"


class Provider(ThreadingHTTPServer):
    """Knows some people; `people` maps an address to further claims. `seconds` says how long a sign-in lasts."""

    daemon_threads = True

    def __init__(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.people = people
        self.seconds = 3600.0
        self.key = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"}, private=True)
        self.codes: dict[str, tuple[str, str]] = {}
        self.issued: list[str] = []
        """Codes and tokens that nobody else may learn."""

    @property
    def url(self) -> str:
        """Its issuer."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def token(self, email: str, nonce: str) -> str:
        """The signed identity token of somebody."""
        now = time.time()
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": email, "email": email, "nonce": nonce,
            "iat": int(now), "exp": int(now + self.seconds),
        }  # fmt: skip
        self.issued.append(jwt.encode({"alg": "RS256", "kid": "test"}, claims | dict(self.people[email]), self.key))
        return self.issued[-1]


@contextmanager
def provider(people: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    """The provider, running."""
    server = Provider(people)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def secrets_toml(server: Provider, redirect: str = "http://127.0.0.1:{port}/oauth2callback") -> str:
    """What stands in .streamlit/secrets.toml for it."""
    return (
        f'[auth]\nredirect_uri = "{redirect}"\ncookie_secret = "{secrets.token_hex(32)}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{server.url}/.well-known/openid-configuration"\n'
    )


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(self._metadata())
        elif parts.path == "/keys":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._choose(asked)
        elif parts.path == "/chosen":
            self._chosen(asked)
        elif parts.path == "/end":
            self._redirect(asked["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        found = self.server.codes.pop(asked.get("code", ""), None)
        if self.path != "/token" or found is None:
            self.send_error(400)
            return
        self._json({"access_token": "a", "token_type": "Bearer", "id_token": self.server.token(*found)})

    def _metadata(self) -> dict[str, Any]:
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/keys",
            "end_session_endpoint": f"{url}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _choose(self, asked: Mapping[str, str]) -> None:
        links = [f'<p><a href="/chosen?{urlencode(asked)}&who={quote(p)}">{p}</a></p>' for p in self.server.people]
        self._send("text/html", f"<h1>Who are you?</h1>{''.join(links)}".encode())

    def _chosen(self, asked: Mapping[str, str]) -> None:
        code = secrets.token_hex(8)
        self.server.codes[code] = asked["who"], asked["nonce"]
        self.server.issued.append(code)
        self._redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _json(self, data: Mapping[str, Any]) -> None:
        self._send("application/json", json.dumps(data).encode())

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test's output stays readable."""
