"""Makes an account for somebody, sets up its codes, and signs in at the command line.

usage: sign_in.py BASE CONFIGURATION PROGRAM NAME [ROLE…]
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Examples" / "demo"))
from person import Person  # noqa: E402

PASSWORD = "a bicycle for two"


def run(program, configuration, *words, **more):
    made = subprocess.run(
        [program, *words, "--config", configuration], capture_output=True, text=True, **more
    )
    if made.returncode != 0:
        raise SystemExit(made.stderr)


def main():
    base, configuration, program, name, *roles = sys.argv[1:]
    words = [word for role in roles for word in ("--role", role)]
    run(
        program, configuration, "person", "add", name, "--password-stdin", *words,
        input=PASSWORD + "\n",
    )
    person = Person(base, name, PASSWORD)
    person.sign_in()
    run(
        program, configuration, "login", name, "--password-stdin",
        input=f"{PASSWORD}\n{person.codes.next()}\n",
    )


main()
