"""A small OAuth 2.1 authorization server for tests: metadata, dynamic registration, authorization
code with PKCE, tokens as RFC 9068 has them for the resource that was asked (RFC 8707).

authorization_server.py JOURNAL: everybody is `alice`, and says yes. Prints its issuer.
`POST /rotate` replaces its key, `POST /mint` gives a token with the claims of its body (with
`certificate`, a PEM file, bound to that; with `typ`, of that type). It is an OpenID provider too, of
the client `console` with the secret `console-secret`; the journal has a line for each request.
"""

import base64
import hashlib
import http.server
import json
import secrets
import ssl
import sys
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

journal = sys.argv[1]
clients, codes = {}, {}
keys = {}


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()


def rotate() -> None:
    keys.clear()
    keys[f"key-{secrets.token_hex(4)}"] = ec.generate_private_key(ec.SECP256R1())


def signed(claims: dict, kind: str | None = None) -> str:
    [(name, key)] = keys.items()
    headers = {"kid": name} | ({"typ": kind} if kind else {})
    return jwt.encode(claims, key, "ES256", headers=headers)


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: dict | None, **headers: str) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def note(self) -> urllib.parse.ParseResult:
        target = urllib.parse.urlparse(self.path)
        with open(journal, "a") as file:
            file.write(f"{self.command} {target.path}\n")
        return target

    def do_GET(self) -> None:
        target = self.note()
        match target.path:
            case "/.well-known/oauth-authorization-server/realm":
                self.answer(
                    200,
                    {
                        "issuer": issuer,
                        "authorization_endpoint": f"{issuer}/authorize",
                        "token_endpoint": f"{issuer}/token",
                        "registration_endpoint": f"{issuer}/register",
                        "jwks_uri": f"{issuer}/jwks",
                        "response_types_supported": ["code"],
                        "grant_types_supported": ["authorization_code"],
                        "code_challenge_methods_supported": ["S256"],
                        "token_endpoint_auth_methods_supported": ["none"],
                        "authorization_response_iss_parameter_supported": True,
                        "scopes_supported": ["mcp"],
                    },
                )
            case "/realm/.well-known/openid-configuration":
                self.answer(
                    200,
                    {
                        "issuer": issuer,
                        "authorization_endpoint": f"{issuer}/authorize",
                        "token_endpoint": f"{issuer}/token",
                        "end_session_endpoint": f"{issuer}/end",
                        "jwks_uri": f"{issuer}/jwks",
                        "code_challenge_methods_supported": ["S256"],
                        "authorization_response_iss_parameter_supported": True,
                    },
                )
            case "/realm/jwks":
                numbers = {name: key.public_key().public_numbers() for name, key in keys.items()}
                self.answer(
                    200,
                    {
                        "keys": [
                            {
                                "kid": name, "kty": "EC", "crv": "P-256", "use": "sig",
                                "alg": "ES256", "x": number(point.x), "y": number(point.y),
                            }
                            for name, point in numbers.items()
                        ]
                    },
                )
            case "/realm/authorize":
                asked = dict(urllib.parse.parse_qsl(target.query))
                client = clients.get(asked.get("client_id"))
                if asked.get("client_id") == "console":
                    client = {"redirect_uris": [asked["redirect_uri"]]}
                if (
                    client is None
                    or asked["redirect_uri"] not in client["redirect_uris"]
                    or asked.get("code_challenge_method") != "S256"
                ):
                    return self.answer(400, {"error": "invalid_request"})
                code = secrets.token_urlsafe()
                codes[code] = asked
                query = {"code": code, "state": asked["state"], "iss": issuer}
                self.answer(
                    302, None,
                    Location=f"{asked['redirect_uri']}?{urllib.parse.urlencode(query)}",
                )
            case _:
                self.answer(404, {"error": "not_found"})

    def do_POST(self) -> None:
        target = self.note()
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        match target.path:
            case "/rotate":
                rotate()
                self.answer(200, {})
            case "/mint":
                self.mint(json.loads(body))
            case "/realm/register":
                client = json.loads(body) | {"client_id": f"client-{len(clients) + 1}"}
                clients[client["client_id"]] = client
                self.answer(201, client)
            case "/realm/token":
                self.token(dict(urllib.parse.parse_qsl(body)))
            case _:
                self.answer(404, {"error": "not_found"})

    def token(self, form: dict) -> None:
        asked = codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is not None and asked["client_id"] == "console":
            form["client_id"] = self.basic()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["client_id"] != form.get("client_id")
            or asked.get("resource") != form.get("resource")
        ):
            return self.answer(400, {"error": "invalid_grant"})
        now = int(time.time())
        if "openid" in asked.get("scope", "").split():
            claims = {
                "iss": issuer, "sub": "alice", "aud": asked["client_id"], "iat": now,
                "exp": now + 300, "nonce": asked["nonce"], "sid": "s-1", "auth_time": now - 5,
                "amr": ["pwd", "otp"], "groups": ["approvers"],
            }
            return self.answer(
                200, {"access_token": "opaque", "token_type": "Bearer", "id_token": signed(claims)}
            )
        claims = {
            "iss": issuer, "sub": "alice", "aud": asked["resource"], "iat": now, "exp": now + 300,
            "client_id": asked["client_id"], "scope": asked.get("scope", ""),
            "jti": secrets.token_hex(8), "groups": ["developer"],
        }
        token = signed(claims, "at+jwt")
        self.answer(
            200,
            {
                "access_token": token, "token_type": "Bearer", "expires_in": 300,
                "scope": claims["scope"],
            },
        )

    def basic(self) -> str | None:
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        known = scheme == "Basic" and base64.b64decode(credentials) == b"console:console-secret"
        return "console" if known else None

    def mint(self, claims: dict) -> None:
        now = int(time.time())
        kind = claims.pop("typ", "at+jwt")
        if certificate := claims.pop("certificate", None):
            with open(certificate) as file:
                der = ssl.PEM_cert_to_DER_cert(file.read())
            digest = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
            claims["cnf"] = {"x5t#S256": digest}
        # Times are told from now on.
        for name in ("exp", "auth_time"):
            if name in claims:
                claims[name] += now
        known = {"iss": issuer, "iat": now, "exp": now + 300, "client_id": "app", "sub": "alice"}
        self.answer(200, {"token": signed(known | claims, kind)})

    def log_message(self, *_) -> None:
        pass


rotate()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
issuer = f"http://127.0.0.1:{server.server_address[1]}/realm"
print(issuer, flush=True)
server.serve_forever()
