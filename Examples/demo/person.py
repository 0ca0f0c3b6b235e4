"""A person at the console without a browser: sends the forms that its pages hold.

For the demo and for tests. A real person uses a browser, and an authenticator application.
"""

import base64
import hashlib
import hmac
import html.parser
import http.cookiejar
import struct
import time
import urllib.error
import urllib.parse
import urllib.request


class Codes:
    """An authenticator application (RFC 6238): each code once."""

    def __init__(self, key: str) -> None:
        self.key = base64.b32decode(key.replace(" ", ""))
        self.last = int(time.time()) // 30 - 2

    def next(self) -> str:
        while True:
            now = int(time.time()) // 30
            step = max(self.last + 1, now - 1)
            if step <= now + 1:
                self.last = step
                mac = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
                at = mac[-1] & 15
                number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
                return f"{number % 1_000_000:06d}"
            time.sleep(0.2)


class Page(html.parser.HTMLParser):
    """A page: its forms with their hidden fields, its headings and its text."""

    def __init__(self, status: int, url: str, text: str) -> None:
        super().__init__()
        self.status, self.url, self.source = status, url, text
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.headings: list[str] = []
        self.key = ""
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.inside = "key" if tag == "code" and named.get("class") == "key" else tag
        if tag == "form":
            self.forms.append((named.get("action", ""), {}))
        elif tag == "input" and self.forms and named.get("type") == "hidden":
            self.forms[-1][1][named["name"]] = named.get("value", "")
        elif tag in ("h1", "h2"):
            self.headings.append("")

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "key":
            self.key += data
        elif self.inside in ("h1", "h2"):
            self.headings[-1] += data

    def form(self, action: str) -> dict[str, str]:
        for place, fields in self.forms:
            if place == action:
                return dict(fields)
        raise SystemExit(f"no form to {action} at {self.url}: {self.headings}")


class Person:
    """Somebody with an account at the gateway."""

    def __init__(self, base: str, name: str, password: str) -> None:
        self.base, self.name, self.password = base, name, password
        self.codes: Codes | None = None
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> Page:
        return self.fetch(urllib.request.Request(self.base + path))

    def post(self, path: str, fields: dict[str, str]) -> Page:
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.base + path, body, {"Origin": self.base})
        return self.fetch(request)

    def fetch(self, request: urllib.request.Request) -> Page:
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Page(answer.status, answer.url, answer.read().decode())

    def sign_in(self) -> Page:
        """Signs in; the first time the codes are set up."""
        page = self.get("/console/sign-in?fresh=1")
        fields = page.form("/console/sign-in")
        page = self.post(
            "/console/sign-in", {**fields, "name": self.name, "password": self.password}
        )
        if page.key:
            self.codes = Codes(page.key)
        if self.codes is None:
            raise SystemExit(f"{self.name} cannot sign in: {page.headings}")
        fields = page.form("/console/sign-in/code")
        return self.post("/console/sign-in/code", {**fields, "code": self.codes.next()})

    def answer(self, approval: str, verdict: str, reason: str = "") -> Page:
        """Opens the page of an approval, and sends its form."""
        path = f"/console/approvals/{approval}"
        fields = self.get(path).form(path)
        return self.post(path, {**fields, "verdict": verdict, "reason": reason})

    def cookies(self) -> list[dict[str, str]]:
        """The session, as a browser would be given it."""
        return [{"name": cookie.name, "value": cookie.value or ""} for cookie in self.jar]
