"""Agents ask, people answer: at the console in the system's Chromium, and at the command line.

usage: approval_story.py BASE TOKEN CONFIGURATION PROGRAM [PICTURES]

The gateway has the tools up__slow, which needs another person's yes, and up__record, which needs two.
Writes one JSON object a line: {"step": …, "ok": …, "what": …}. With PICTURES, a folder, pages are
also kept as PNG files, wide and narrow, light and dark.
"""

import asyncio
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Examples" / "demo"))
from person import Person  # noqa: E402

BASE, TOKEN, CONFIGURATION, PROGRAM = sys.argv[1:5]
PICTURES = sys.argv[5] if len(sys.argv) > 5 else None
PASSWORD = "a bicycle for two"
VIEWS = [
    ("wide-light", 1280, 800, "light"),
    ("wide-dark", 1280, 800, "dark"),
    ("phone-light", 390, 844, "light"),
    ("phone-dark", 390, 844, "dark"),
]


def say(step, ok, what=""):
    print(json.dumps({"step": step, "ok": bool(ok), "what": str(what)[:800]}), flush=True)


def run(*words, **more):
    return subprocess.run(
        [PROGRAM, *words, "--config", CONFIGURATION], capture_output=True, text=True, **more
    )


def waiting() -> list:
    return json.loads(run("approvals", "list", "--json").stdout)


def wait_for(what, probe, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := probe():
            return found
        time.sleep(0.05)
    raise SystemExit(f"waited in vain for {what}")


async def call(tool, arguments):
    """An agent that does as it is told: the same call again while it waits."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
        transport = streamable_http_client(BASE + "/mcp", http_client=http)
        async with Client(transport, mode="auto") as client:
            while True:
                result = await client.call_tool(tool, arguments)
                told = (result.meta or {}).get("dev.sallyport/decision", {})
                if told.get("decision") != "pending":
                    break
            text = "".join(part.text for part in result.content if part.type == "text")
            return bool(result.is_error), text


class Agent:
    """A call of an agent on a thread of its own."""

    pool = concurrent.futures.ThreadPoolExecutor()

    def __init__(self, tool, arguments):
        known = {one["id"] for one in waiting()}
        self.future = self.pool.submit(asyncio.run, call(tool, arguments))
        new = wait_for("a request", lambda: [o for o in waiting() if o["id"] not in known])
        self.approval = new[0]["id"]

    @property
    def result(self):
        return self.future.result(timeout=90)


class Browser:
    """Somebody who signed in, in a browser."""

    def __init__(self, browser, person, faults):
        self.context = browser.new_context()
        for cookie in person.cookies():
            self.context.add_cookies([{**cookie, "url": BASE}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        self.page.on(
            "console",
            lambda message: faults.append(message.text)
            if "Content Security Policy" in message.text
            else None,
        )

    def open(self, path):
        return self.page.goto(BASE + path)

    def headings(self):
        return [text.strip() for text in self.page.locator("h2").all_inner_texts()]

    def buttons(self):
        return self.page.locator("main button").all_inner_texts()

    def picture(self, name):
        if not PICTURES:
            return
        for view, width, height, scheme in VIEWS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=f"{PICTURES}/{name}-{view}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 800})


def add(name, *words) -> Person:
    made = run("person", "add", name, "--password-stdin", *words, input=PASSWORD + "\n")
    if made.returncode != 0:
        raise SystemExit(made.stderr)
    person = Person(BASE, name, PASSWORD)
    person.sign_in()
    return person


def at_the_console(browser, people, faults):
    alice, bob, _ = people
    began = time.monotonic()
    agent = Agent(
        "up__slow",
        {"mark": "first", "seconds": 0, "note": "drop\n<b>\u202etable</b>", "deep": [1, None]},
    )
    page = Browser(browser, bob, faults)
    page.open("/console/approvals")
    page.picture("queue")
    page.page.get_by_role("link", name="up__slow").click()
    page.page.get_by_role("heading", name="first asks for up__slow").wait_for()
    parts = page.headings()
    say(
        "the page has its parts in the order in which they are read",
        parts
        == [
            "What will happen",
            "Who asks, for whom",
            "Why this was flagged",
            "What happened before",
            "What cannot be undone",
            "Your answer",
        ],
        parts,
    )
    text = page.page.locator("main").inner_text()
    say("what is hidden in arguments is drawn", "⟨U+202E⟩" in text and "⏎" in text, text)
    say("why it was flagged is told in the policy's words", "Think first." in text)
    say("what happened before is told", "up__whoami" in text, text)
    page.picture("approval")
    own = Browser(browser, alice, faults)
    own.open(f"/console/approvals/{agent.approval}")
    say("the one the agent acts for is offered no yes", own.buttons() == ["Deny"], own.buttons())
    own.picture("requester")
    path = f"/console/approvals/{agent.approval}"
    forged = alice.post(path, {**alice.get(path).form(path), "verdict": "approve"})
    say("and a yes all the same is refused", forged.status == 409 and bool(waiting()))
    page.page.get_by_label("Reason").fill("as agreed")
    page.page.get_by_role("button", name="Approve this call, once").click()
    page.page.get_by_text("says yes").wait_for()
    failed, text = agent.result
    say("the call is made once a person has said yes", not failed and text == "slept", text)
    say("which takes the time of a few clicks", True, f"{time.monotonic() - began:.2f} s")
    page.open(path)
    say("its page says that it was made", "The call was made" in page.page.content())
    page.picture("made")
    answer = page.open("/console/approvals/apr_00000000000000000000")
    say("there is no other", answer.status == 404)

    agent = Agent("up__slow", {"mark": "second", "seconds": 0})
    page.open(f"/console/approvals/{agent.approval}")
    page.page.get_by_label("Reason").fill("use the copy")
    page.page.get_by_role("button", name="Deny").click()
    page.page.get_by_text("was denied by bob").wait_for()
    failed, text = agent.result
    say("a no reaches the agent with its reason", failed and "use the copy" in text, text)
    from_now_on(browser, page, people, faults)
    page.open("/console/approvals?state=ended")
    page.picture("ended")
    say("no page breaks its own policy", not faults, faults)


def from_now_on(browser, page, people, faults):
    """A yes that holds from now on: all of it is shown first, and policy bounds who and how long."""
    _, _, carol = people
    arguments = {"mark": "seventh", "seconds": 0}
    agent = Agent("up__slow", arguments)
    path = f"/console/approvals/{agent.approval}"
    other = Browser(browser, carol, faults)
    other.open(path)
    link = "Allow this from now on…"
    say("whom nothing permits it is offered none", not other.page.get_by_text(link).count())
    fields = {**carol.get(path).form(path), "seconds": "3600", "reason": "r"}
    forged = carol.post(path + "/from-now-on", fields)
    say("and gives none all the same", forged.status == 409 and bool(waiting()), forged.status)
    page.open(path)
    page.picture("approval-and-more")
    page.page.get_by_role("link", name=link).click()
    page.page.get_by_role("heading", name="Allow this from now on").wait_for()
    choices = page.page.locator("input[name=seconds]")
    values = [choices.nth(place).get_attribute("value") for place in range(choices.count())]
    say("the times are those that policy allows", values == ["3600", "28800"], values)
    text = page.page.locator("main").inner_text()
    say("the policy is shown beforehand", "permit (" in text and '"seventh"' in text, text)
    page.picture("from-now-on")
    page.page.get_by_label("8 hours").check()
    page.page.get_by_role("button", name="Approve, and allow").click()
    say("without a reason nothing is sent", page.page.url.endswith("/from-now-on"), page.page.url)
    page.page.get_by_label("Reason").fill("as agreed\nfor the week")
    page.page.get_by_role("button", name="Approve, and allow").click()
    page.page.get_by_text("sallyport grants revoke").first.wait_for()
    page.picture("granted")
    grant = page.page.url.rsplit("/", 1)[1]
    failed, text = agent.result
    say("the call is made", not failed and text == "slept", text)
    failed, text = Agent.pool.submit(asyncio.run, call("up__slow", arguments)).result(timeout=90)
    say("and again without asking", not failed and text == "slept", text)
    shown = json.loads(run("grants", "show", grant, "--json").stdout)
    lasts = shown["expiresAt"] - shown["createdAt"]
    say("as long as was chosen", lasts == 28_800 and shown["by"] == "bob", shown)
    say("with its reason in one line", shown["reason"] == "as agreed for the week", shown)
    run("grants", "revoke", grant)
    say("and its page ends with it", page.open(f"{path}/grants/{grant}").status == 404)


def login(person):
    made = run(
        "login", person.name, "--password-stdin", input=f"{PASSWORD}\n{person.codes.next()}\n"
    )
    if made.returncode != 0:
        raise SystemExit(made.stderr)


def at_the_command_line(people):
    alice, bob, carol = people
    agent = Agent("up__slow", {"mark": "third", "seconds": 0})
    refused = run("approvals", "approve", agent.approval)
    say(
        "without a sign-in nobody answers",
        refused.returncode == 5 and "sallyport login" in refused.stderr,
        refused.stderr,
    )

    login(alice)
    refused = run("approvals", "approve", agent.approval)
    say("nor the one the agent acts for", refused.returncode == 5, refused.stderr)
    login(bob)
    shown = run("approvals", "show", agent.approval)
    say("it is shown in order", "WHY IT WAS FLAGGED" in shown.stdout, shown.stdout)
    said = run("approvals", "approve", agent.approval, "--reason", "fine", "--json")
    say("another person's yes counts", said.returncode == 0, said.stderr or said.stdout)
    failed, text = agent.result
    say("and the call is made", not failed and text == "slept", text)
    again = run("approvals", "approve", agent.approval)
    say("once", again.returncode == 1 and "over" in again.stderr, again.stderr)

    agent = Agent("up__slow", {"mark": "fourth", "seconds": 0})
    said = run("approvals", "approve", agent.approval, "--from-now-on", "1h", "--json")
    grant = json.loads(said.stdout or "{}").get("grant", {})
    say(
        "a yes can hold from now on, as a policy",
        "fourth" in grant.get("policy", "") and grant.get("by") == "bob",
        said.stderr or said.stdout,
    )
    failed, text = agent.result
    failed, text = asyncio.run(call("up__slow", {"mark": "fourth", "seconds": 0}))
    say("the very call passes then", not failed and text == "slept", text)
    agent = Agent("up__slow", {"mark": "fifth", "seconds": 0})
    refused = run("approvals", "deny", agent.approval, "--reason", "another one")
    say("and another one asks", refused.returncode == 0 and agent.result[0], refused.stderr)

    agent = Agent("up__record", {})
    first = run("approvals", "approve", agent.approval, "--json")
    state = json.loads(first.stdout)
    say("one yes of two leaves it waiting", state["state"] == "pending", first.stdout)
    repeated = run("approvals", "approve", agent.approval)
    say("and does not count twice", repeated.returncode == 1, repeated.stderr)
    login(carol)
    run("approvals", "approve", agent.approval)
    failed, text = agent.result
    say("two people's yes is enough", not failed, text)
    run("logout")


def orders(people):
    """Who signed in grants, revokes, stops and lifts as policy lets them."""
    alice, bob, carol = people
    words = ("--agent", "first", "--tool", "up__slow", "--reason", "a drill", "--json")
    login(bob)
    refused = run("grant", "--for", "9h", *words)
    say("policy bounds a grant", refused.returncode == 5, refused.stderr)
    given = run("grant", "--for", "1h", *words)
    grant = json.loads(given.stdout or "{}")
    say("a person grants within it", grant.get("by") == "bob", given.stderr or given.stdout)
    for whom in (("--human", "Bob"), ("--agent", "second")):
        own = run("grant", "--for", "1h", *whom, *words[2:])
        say("but nothing to their own agents", own.returncode == 5 and "another" in own.stderr, own)
    stopped = run("kill", "--agent", "first", "--reason", "a drill", "--json")
    stop = json.loads(stopped.stdout or "{}").get("id", "")
    say("and stops", stopped.returncode == 0, stopped.stderr)
    login(carol)
    for words in (["grants", "revoke", grant["id"]], ["kill", "lift", stop, "--reason", "r"]):
        refused = run(*words)
        say(f"whom nothing permits it does not {words[1]}", refused.returncode == 5, refused.stderr)
    login(bob)
    for words in (["grants", "revoke", grant["id"]], ["kill", "lift", stop, "--reason", "r"]):
        done = run(*words)
        say(f"whom policy permits it does {words[1]}", done.returncode == 0, done.stderr)
    run("logout")


def main():
    people = [add("alice"), add("bob", "--role", "dba"), add("carol")]
    asyncio.run(call("up__whoami", {}))
    watcher = subprocess.Popen(
        [PROGRAM, "approvals", "watch", "--json", "--config", CONFIGURATION],
        stdout=subprocess.PIPE,
        text=True,
    )
    faults = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
            at_the_console(browser, people, faults)
            browser.close()
        at_the_command_line(people)
        orders(people)
        # What comes reaches it within a look; one more line shows that it is still there.
        time.sleep(0.5)
    finally:
        watcher.terminate()
    lines = [json.loads(line) for line in watcher.stdout.read().splitlines()]
    states = [line["state"] for line in lines if line["id"] == lines[0]["id"]]
    say("whoever watches sees each change", states[0] == "pending" and states[-1] == "used", states)
    say("end", True)


main()
