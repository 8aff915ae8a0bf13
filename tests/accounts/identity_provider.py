"""A real OpenID Connect server on a port of this machine, whose answers a test can spoil."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from oauthlib.openid import RequestValidator, Server

CLIENT, SECRET = "portal", "a secret of the tests"


class Memory(RequestValidator):
    """What the server knows: one client, the codes that it gave out, and what it says of whoever signs in."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key: Any = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, Any] = {}
        self.asked: list[dict[str, Any]] = []

    def jwks(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return client_id == CLIENT

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, *args: Any, **kwargs: Any) -> bool:
        return urlsplit(redirect_uri).path.endswith("/login/callback/")

    def validate_response_type(self, client_id: str, response_type: str, *args: Any, **kwargs: Any) -> bool:
        return response_type == "code"

    def validate_scopes(self, client_id: str, scopes: list[str], *args: Any, **kwargs: Any) -> bool:
        return set(scopes) <= {"openid", "profile", "email"}

    def validate_user_match(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def save_authorization_code(self, client_id: str, code: dict[str, str], request: Any, *a: Any, **kw: Any) -> None:
        self.codes[code["code"]] = {
            "redirect_uri": request.redirect_uri,
            "scopes": request.scopes,
            "nonce": request.nonce,
            "challenge": request.code_challenge,
            "method": request.code_challenge_method,
        }

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.client = type("Client", (), {"client_id": request.client_id})()
        return request.client_id == CLIENT and request.client_secret == SECRET

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        return True

    def validate_grant_type(self, client_id: str, grant_type: str, *args: Any, **kwargs: Any) -> bool:
        return grant_type == "authorization_code"

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        if code not in self.codes:
            return False
        request.scopes, request.user = self.codes[code]["scopes"], self.claims.get("sub")
        return True

    def confirm_redirect_uri(self, client_id: str, code: str, redirect_uri: str, *args: Any, **kwargs: Any) -> bool:
        return self.codes[code]["redirect_uri"] == redirect_uri

    def get_code_challenge(self, code: str, request: Any) -> str:
        return self.codes[code]["challenge"]

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return self.codes[code]["method"]

    def get_authorization_code_scopes(self, client_id: str, code: str, redirect_uri: str, request: Any) -> list[str]:
        return self.codes[code]["scopes"]

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Any) -> str:
        return self.codes[code]["nonce"]

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        del self.codes[code]

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing here is opened with an access token."""

    def finalize_id_token(self, id_token: dict[str, Any], token: Any, token_handler: Any, request: Any) -> str:
        now = int(time.time())
        said = id_token | {"iss": self.issuer, "iat": now, "exp": now + 300} | self.claims
        said = {name: value for name, value in said.items() if value is not None}
        if self.algorithm == "HS256":
            return self.forged(said)
        return jwt.encode(said, self.signing_key, algorithm=self.algorithm, headers={"kid": "one"})

    def forged(self, said: dict[str, Any]) -> str:
        """As somebody would sign who has only the public key. By hand: the library refuses to."""
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT", "kid": "one"}, said)]
        text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        mac = hmac.new(public, text, hashlib.sha256).digest()
        return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


@contextmanager
def running() -> Iterator[Memory]:
    """Run the server until the end; what it yields says what it knows, and takes what it shall claim."""
    memory = Memory()
    server = Server(memory)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/.well-known/openid-configuration":
                return self.answer(200, {}, json.dumps(description(memory.issuer)))
            if path == "/jwks":
                return self.answer(200, {}, json.dumps(memory.jwks()))
            scopes, asked = server.validate_authorization_request(memory.issuer + self.path, "GET", None, {})
            memory.asked.append(asked)
            headers, body, status = server.create_authorization_response(
                memory.issuer + self.path, "GET", None, {}, scopes=scopes, credentials={"user": memory.claims["sub"]}
            )
            return self.answer(status, headers, body)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            headers, body, status = server.create_token_response(memory.issuer + self.path, "POST", sent, form)
            self.answer(status, headers, body)

        def answer(self, status: int, headers: dict[str, str], body: str | None) -> None:
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    memory.issuer = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield memory
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def description(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
