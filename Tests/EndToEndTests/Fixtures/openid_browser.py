"""Somebody signs in at the console by Glewlwyd's pages, approves a call, signs in at the command line,
and signs out at Glewlwyd.

usage: openid_browser.py CONSOLE ISSUER APPROVAL CONFIGURATION PROGRAM

Writes one JSON object a line: {"step": …, "ok": …, "what": …}.
"""

import json
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright

CONSOLE, ISSUER, APPROVAL, CONFIGURATION, PROGRAM = sys.argv[1:6]


def say(step, ok, what=""):
    print(json.dumps({"step": step, "ok": bool(ok), "what": str(what)[:800]}), flush=True)


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    page = browser.new_page()
    page.set_default_timeout(60_000)

    page.goto(f"{CONSOLE}/approvals/{APPROVAL}")
    say("asked to sign in first", "/console/sign-in" in page.url, page.url)
    page.locator("a[href*='/console/sign-in/oidc']").click()
    page.fill("#username", "alice")
    page.fill("#password", "alice-password")
    page.click("#loginbut")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{CONSOLE}/approvals/{APPROVAL}")
    say("back where they wanted to go", True)

    page.get_by_role("button", name="Approve this call, once").click()
    page.wait_for_load_state()
    say("approved", "approved" in page.inner_text("main").lower(), page.inner_text("main"))

    page.goto(f"{CONSOLE}/account")
    say("who it is", "oidc/" in page.inner_text("body"), page.inner_text("body"))

    def log_in(button):
        """What `login --browser` says when that button was pressed, and how it ends."""
        login = subprocess.Popen(
            [PROGRAM, "login", "--browser", "--config", CONFIGURATION],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        try:
            url = login.stderr.readline().split()[1]
            code = login.stderr.readline().split("shows ")[1].split(".")[0]
            page.goto(url)
            shown = page.inner_text("main")
            page.get_by_role("button", name=button).click()
            page.wait_for_load_state()
            output, errors = login.communicate(timeout=60)
            page.goto(url)
            return login.returncode, code in shown, output + errors, page.inner_text("main")
        finally:
            login.kill()

    status, is_shown, said, again = log_in("Refuse")
    say("refused at the command line", status > 0 and "refused in the browser" in said, said)
    status, is_shown, said, again = log_in("Sign in there")
    say("the page shows the code", is_shown)
    say("signed in at the command line", status == 0 and "signed in as oidc/" in said, said)
    say("a code counts once", "Nothing waits" in again or "Ten minutes" in again, again)
    whoami = subprocess.run(
        [PROGRAM, "whoami", "--json", "--config", CONFIGURATION], capture_output=True, text=True)
    say("somebody at the command line", "oidc/" in whoami.stdout, whoami.stdout + whoami.stderr)

    # As its pages do when somebody signs out at Glewlwyd, which then tells the console.
    session = next(one["value"] for one in page.context.cookies() if one["name"] == "session")
    answer = page.request.delete(f"{ISSUER}/session/{session}/")
    say("signed out at Glewlwyd", answer.status == 200, answer.status)
    for _ in range(600):
        page.goto(f"{CONSOLE}/account")
        if "/sign-in" in page.url:
            break
        time.sleep(0.1)
    say("signed out at the console", "/sign-in" in page.url, page.url)
    say("end", True)
    browser.close()
