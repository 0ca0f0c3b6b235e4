"""Drives the console in the system's Chromium, and attacks it.

usage: console_browser.py BASE PASSKEY-LINK PASSWORD-LINK CONFIGURATION PROGRAM [PICTURES]

Writes one JSON object a line: {"step": …, "ok": …, "what": …}. With PICTURES, a folder, pages are
also kept as PNG files, wide and narrow, light and dark.
"""

import base64
import hashlib
import hmac
import http.server
import json
import struct
import subprocess
import sys
import threading
import time

from playwright.sync_api import sync_playwright

BASE, PASSKEY_LINK, PASSWORD_LINK, CONFIGURATION, PROGRAM = sys.argv[1:6]
PICTURES = sys.argv[6] if len(sys.argv) > 6 else None
PASSWORD = "a bicycle for two"
VIEWS = [
    ("wide-light", 1280, 800, "light"),
    ("wide-dark", 1280, 800, "dark"),
    ("phone-light", 390, 844, "light"),
    ("phone-dark", 390, 844, "dark"),
]


def say(step, ok, what=""):
    print(json.dumps({"step": step, "ok": bool(ok), "what": str(what)[:500]}), flush=True)


class Codes:
    """An authenticator application: each code once, as the gateway takes them."""

    def __init__(self, key):
        self.key = base64.b32decode(key.replace(" ", ""))
        self.last = int(time.time()) // 30 - 2

    def of(self, step):
        mac = hmac.new(self.key, struct.pack(">Q", step), hashlib.sha1).digest()
        at = mac[-1] & 15
        number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"

    def next(self):
        while True:
            now = int(time.time()) // 30
            step = max(self.last + 1, now - 1)
            if step <= now + 1:
                self.last = step
                return self.of(step)
            time.sleep(0.5)


class Evil(http.server.BaseHTTPRequestHandler):
    """A page of another site that does to the console what such pages do."""

    def do_GET(self):
        page = f"""<!doctype html><title>evil</title>
          <iframe id=frame src="{BASE}/console/account"></iframe>
          <form id=form method=post action="{BASE}/console/sign-out">
          <input name=csrf value=guess></form>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *arguments):
        pass


class Visitor:
    """A browser profile with an eye on what the pages do wrong."""

    def __init__(self, browser, faults):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        self.page.on("console", lambda message: self.listen(message, faults))

    @staticmethod
    def listen(message, faults):
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            faults.append(message.text)

    def open(self, path):
        return self.page.goto(BASE + path)

    @property
    def title(self):
        return self.page.locator("h1").inner_text()

    @property
    def path(self):
        return self.page.url.removeprefix(BASE)

    def alert(self):
        return self.page.locator("p.alert:not([hidden])").first.inner_text()

    def cookie(self, name="sallyport"):
        return next((c for c in self.context.cookies() if c["name"] == name), None)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def arrive(self):
        """Waits until somebody is signed in, says where that led, and goes to the account."""
        self.page.locator(".who").wait_for()
        place = self.page.url
        self.open("/console/account")
        return place

    def picture(self, name):
        if not PICTURES:
            return
        for view, width, height, scheme in VIEWS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=f"{PICTURES}/{name}-{view}.png", full_page=True)

    def authenticator(self):
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )


def passkey(visitor, evil):
    visitor.authenticator()
    visitor.open("/console/account")
    say("a page for people leads to the sign-in", visitor.title == "Sign in", visitor.path)
    say("and comes back", "next=%2Fconsole%2Faccount" in visitor.path, visitor.path)
    visitor.picture("sign-in")
    visitor.page.goto(PASSKEY_LINK)
    visitor.page.get_by_role("heading", name="Welcome, alice").wait_for()
    say("the invitation is not in the address", "spi_" not in visitor.page.url, visitor.page.url)
    visitor.picture("welcome")
    visitor.press("Make a passkey")
    visitor.arrive()
    say("a passkey is made and signs in", visitor.title == "Your account", visitor.title)
    visitor.picture("account")
    cookie = visitor.cookie()
    say(
        "the cookie is for this host and for no script",
        cookie and cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["path"] == "/",
        cookie and {name: cookie[name] for name in ("httpOnly", "sameSite", "path", "secure")},
    )
    old = cookie["value"]
    visitor.press("Sign out")
    visitor.page.get_by_role("heading", name="Sign in").wait_for()
    say("signing out takes the cookie", visitor.cookie() is None)
    visitor.context.add_cookies([{"name": "sallyport", "value": old, "url": BASE}])
    visitor.open("/console/account")
    say("a session that was ended is over", visitor.title == "Sign in", visitor.title)

    # Fixation: somebody else chose the session's cookie before.
    chosen = "sps_" + "A" * 43
    visitor.context.clear_cookies()
    visitor.context.add_cookies([{"name": "sallyport", "value": chosen, "url": BASE}])
    visitor.open("/console/sign-in?next=//" + evil)
    visitor.press("Sign in with a passkey")
    place = visitor.arrive()
    say("a passkey signs in", visitor.title == "Your account")
    say("the sign-in leads nowhere else", place.startswith(BASE + "/console"), place)
    say("the session's token is a new one", visitor.cookie()["value"] != chosen)
    answer = visitor.context.browser.new_context().request.get(
        BASE + "/console/account", headers={"Cookie": f"sallyport={chosen}"}, max_redirects=0
    )
    say("a token that was chosen names nobody", answer.status == 303, answer.status)

    first = visitor.cookie()["value"]
    visitor.open("/console/sign-in?fresh=1&next=/console/account/password")
    say("a fresh sign-in asks anew", visitor.title == "Confirm that it is you", visitor.title)
    visitor.press("Sign in with a passkey")
    visitor.page.get_by_role("heading", name="Choose a password").wait_for()
    say("and has a token of its own", visitor.cookie()["value"] != first)
    visitor.picture("password")
    visitor.open("/console/account/passkeys")
    visitor.page.get_by_label("Name", exact=True).fill("Second <b>key</b>")
    visitor.picture("new-passkey")
    visitor.press("Make a passkey")
    visitor.page.locator("p.alert:not([hidden])").wait_for()
    say("one authenticator holds one passkey", "already" in visitor.alert(), visitor.alert())


def attacks(visitor, evil):
    page = visitor.page
    page.goto(f"http://{evil}/")
    page.wait_for_timeout(300)
    frame = page.locator("#frame").element_handle().content_frame()
    say("no other site frames the console", "Your account" not in (frame.content() if frame else ""))
    with page.expect_navigation() as navigation:
        page.evaluate("document.getElementById('form').submit()")
    status = navigation.value.status
    say("a form of another site is refused", status == 403, status)
    visitor.open("/console/account")
    say("and changes nothing", visitor.title == "Your account", visitor.title)

    cookie = f"sallyport={visitor.cookie()['value']}"
    token = page.locator("form[action='/console/sign-out'] input[name=csrf]").input_value()
    request = visitor.context.browser.new_context().request

    def post(token, **headers):
        return request.post(
            BASE + "/console/sign-out",
            headers={"Cookie": cookie, **headers},
            form={"csrf": token},
            max_redirects=0,
        ).status

    say("a form without its token is refused", post("", Origin=BASE) == 403)
    say("a form with another token is refused", post(token[:-1], Origin=BASE) == 403)
    say("a form from nowhere is refused", post(token) == 403)
    say("a form of another origin is refused", post(token, Origin="http://" + evil) == 403)
    own = {"Origin": BASE, "Sec-Fetch-Site": "cross-site"}
    say("a form of another site with our origin is refused", post(token, **own) == 403)
    visitor.open("/console/account")
    say("and nobody is signed out", visitor.title == "Your account", visitor.title)
    head = request.get(BASE + "/console/account", headers={"Cookie": cookie}).headers
    policy = head.get("content-security-policy", "")
    say(
        "pages are held to a strict policy",
        "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy
        and head.get("referrer-policy") == "no-referrer"
        and head.get("cache-control") == "no-store"
        and head.get("x-content-type-options") == "nosniff",
        policy,
    )
    other = request.get(BASE + "/console/account", headers={"Host": "evil.example"})
    say("another host is not served", other.status == 421, other.status)


def password(visitor):
    page = visitor.page
    page.goto(PASSWORD_LINK)
    page.get_by_role("heading", name="Welcome, bob").wait_for()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD + "!")
    visitor.press("Continue")
    page.locator("p.alert").first.wait_for()
    say("two passwords that differ are refused", "differ" in visitor.alert(), visitor.alert())
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    visitor.press("Continue")
    page.get_by_role("heading", name="Set up your codes").wait_for()
    visitor.picture("set-up-codes")
    key = page.locator("code.key").inner_text()
    codes = Codes(key)
    page.get_by_label("Code", exact=True).fill("000000")
    visitor.press("Finish")
    page.locator("p.alert").first.wait_for()
    say("a wrong first code is refused", page.locator("code.key").inner_text() == key)
    taken = codes.next()
    page.get_by_label("Code", exact=True).fill(taken)
    visitor.press("Finish")
    visitor.arrive()
    say("a password and codes are set up", "Codes set up" in page.content())
    visitor.press("Sign out")

    def enter(secret):
        page.get_by_label("Name", exact=True).fill("bob")
        page.get_by_label("Password", exact=True).fill(secret)
        visitor.press("Sign in with a password")

    enter("another password")
    page.locator("p.alert").first.wait_for()
    say("a wrong password is refused", visitor.title == "Sign in", visitor.alert())
    visitor.picture("wrong-password")
    enter(PASSWORD)
    page.get_by_role("heading", name="Enter your code").wait_for()
    visitor.picture("code")
    page.get_by_label("Code", exact=True).fill(taken)
    visitor.press("Sign in")
    page.locator("p.alert").first.wait_for()
    say("a code that was taken is refused", visitor.title == "Enter your code", visitor.alert())
    page.get_by_label("Code", exact=True).fill(codes.next())
    visitor.press("Sign in")
    visitor.arrive()
    say("a password and a code sign in", "a password and a code" in page.content())
    visitor.press("Sign out")
    page.get_by_role("heading", name="Sign in").wait_for()
    page.goto(PASSWORD_LINK)
    page.locator("p.alert").first.wait_for()
    say("an invitation counts once", "used already" in visitor.alert(), visitor.alert())
    return codes


def command_line(codes):
    def run(*words, **more):
        return subprocess.run(
            [PROGRAM, *words, "--config", CONFIGURATION], capture_output=True, text=True, **more
        )

    wrong = run("login", "bob", "--password-stdin", input=f"{PASSWORD}\n000000\n")
    say("a wrong code does not sign in at the command line", wrong.returncode != 0, wrong.stderr)
    made = run("login", "bob", "--password-stdin", input=f"{PASSWORD}\n{codes.next()}\n")
    say("a password and a code sign in at the command line", made.returncode == 0, made.stderr)
    who = json.loads(run("whoami", "--json").stdout)
    say("whoami names the person", who.get("person", {}).get("name") == "bob", who)
    run("logout")
    who = json.loads(run("whoami", "--json").stdout)
    say("and after logout nobody", "person" not in who, who)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    evil = f"127.0.0.1:{server.server_port}"
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        alice = Visitor(browser, faults)
        passkey(alice, evil)
        say("no page breaks its own policy", not faults, faults)
        attacks(alice, evil)
        faults.clear()
        bob = Visitor(browser, faults)
        codes = password(bob)
        say("no page with codes breaks its own policy", not faults, faults)
        browser.close()
    command_line(codes)
    say("end", True)


main()
