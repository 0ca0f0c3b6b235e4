"""Runs a program on a pseudo-terminal and gives it one answer when it asks: terminal.py ANSWER
PROGRAM ARGUMENTS…. Writes what the program wrote, and ends as it did."""

import os
import pty
import sys

process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[2], sys.argv[2:])
written, answered = b"", False
while True:
    try:
        chunk = os.read(terminal, 65_536)
    except OSError:
        break
    if not chunk:
        break
    written += chunk
    if b"[y/N]" in written and not answered:
        os.write(terminal, sys.argv[1].encode() + b"\n")
        answered = True
sys.stdout.write(written.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
