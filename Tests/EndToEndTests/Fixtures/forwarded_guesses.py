"""Guesses invitations at the console, as clients behind a proxy that says so in X-Forwarded-For.

usage: forwarded_guesses.py BASE ADDRESS…

Writes the status of the answer to each guess, one a line. ADDRESS is what the field holds; `*N` after it
guesses so often.
"""

import pathlib
import sys
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Examples" / "demo"))
from person import Person  # noqa: E402

PATH = "/console/invitation"


def main():
    base = sys.argv[1]
    visitor = Person(base, "", "")
    fields = {**visitor.get(PATH).form(PATH), "invitation": "spi_nothing"}
    body = urllib.parse.urlencode(fields).encode()
    for word in sys.argv[2:]:
        address, _, times = word.partition("*")
        headers = {"Origin": base, "X-Forwarded-For": address}
        for _ in range(int(times or 1)):
            page = visitor.fetch(urllib.request.Request(base + PATH, body, headers))
            print(page.status)


main()
