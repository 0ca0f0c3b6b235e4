"""Makes a ledger with a running gateway and has a program that is not ours verify its export.

run.py SALLYPORT: serves one real upstream, makes calls in two rounds with an export after each,
proves some records, and builds and runs `verify.go` on the result. Then it changes the export in
several ways, and each must be refused. The last line counts what passed.
"""

import asyncio
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

HERE = pathlib.Path(__file__).parent
BIN = pathlib.Path(sys.executable).parent
TOKEN = "token-of-the-independent-verifier"
# Debian's packages of Go sources lie here; nothing is fetched.
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}

CONFIGURATION = """
listen: 127.0.0.1:{port}
data: data
policies: policies
quarantine: false
agents:
  assistant:
    token: {{env: INDEPENDENT_TOKEN}}
mcpServers:
  time:
    command: {bin}/mcp-server-time
    args: [--local-timezone, UTC]
    effect: read
"""

passed = 0
failures: list[str] = []


def check(what: str, good: bool, detail: str = "") -> None:
    global passed
    print(f"{'ok  ' if good else 'FAIL'} {what}" + (f": {detail}" if detail else ""))
    if good:
        passed += 1
    else:
        failures.append(what)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    sys.exit("sallyport was not ready within 60 s")


async def call(url: str, count: int) -> int:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode="auto") as client:
            zones = ["Europe/Paris", "Asia/Tokyo", "America/Lima"]
            good = 0
            for start in range(0, count, 20):
                results = await asyncio.gather(
                    *(
                        client.call_tool(
                            "time__get_current_time", {"timezone": zones[number % len(zones)]}
                        )
                        for number in range(start, min(start + 20, count))
                    )
                )
                good += sum(not result.is_error for result in results)
            return good


def build(scratch: pathlib.Path) -> pathlib.Path:
    environment = {**os.environ, **GO, "GOCACHE": str(scratch / "go-cache")}
    # The reference's own tests but the one that asks a server on the network.
    for words in (
        [".", "golang.org/x/mod/sumdb/note"],
        ["-run", "^Test(Tree|Tile|Split|Empty|Format|Parse)", "golang.org/x/mod/sumdb/tlog"],
    ):
        result = subprocess.run(
            ["go", "test", *words], cwd=HERE, env=environment, capture_output=True, text=True
        )
        check("published vectors, by the reference", result.returncode == 0, result.stdout.strip())
    program = scratch / "verify"
    subprocess.run(["go", "build", "-o", str(program), "."], cwd=HERE, env=environment, check=True)
    return program


def make_log(sallyport: str, scratch: pathlib.Path) -> None:
    port = free_port()
    (scratch / "policies").mkdir()
    (scratch / "policies" / "all.cedar").write_text("permit (principal, action, resource);\n")
    config = scratch / "sallyport.yaml"
    config.write_text(CONFIGURATION.format(port=port, bin=BIN))
    environment = {**os.environ, "INDEPENDENT_TOKEN": TOKEN}

    def cli(*words: str) -> str:
        return subprocess.run(
            [sallyport, *words, "--config", str(config)], env=environment, check=True,
            capture_output=True, text=True,
        ).stdout

    with (scratch / "sallyport.log").open("w") as log:
        gate = subprocess.Popen(
            [sallyport, "serve", "--config", str(config)], env=environment, stderr=log
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", gate)
            url = f"http://127.0.0.1:{port}/mcp"
            made = asyncio.run(call(url, 200))
            check("calls of the first round", made == 200, f"{made} answered")
            print(cli("audit", "tiles", str(scratch / "tiles")).strip())
            shutil.copy(scratch / "tiles" / "checkpoint", scratch / "older")
            made = asyncio.run(call(url, 300))
            check("calls of the second round", made == 300, f"{made} answered")
            print(cli("audit", "tiles", str(scratch / "tiles")).strip())
            # The key as a verifier keeps it, away from the log.
            (scratch / "keys").write_text(cli("audit", "key", "show"))
            for sequence in (0, 1, 255, 256, 300, 511, 512, 900):
                pack = str(scratch / f"pack-{sequence}.json")
                cli("audit", "prove", str(sequence), "--output", pack)
        finally:
            gate.send_signal(signal.SIGTERM)
            gate.wait(timeout=20)


def change(path: pathlib.Path, place: int) -> bytes:
    """Turns one bit; gives what stood there before."""
    before = path.read_bytes()
    after = bytearray(before)
    after[place] ^= 1
    path.write_bytes(after)
    return before


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit("usage: run.py SALLYPORT")
    sallyport = str(pathlib.Path(sys.argv[1]).resolve())
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-independent-"))
    try:
        program = build(scratch)
        make_log(sallyport, scratch)
        tiles = scratch / "tiles"
        packs = sorted(scratch.glob("pack-*.json"))

        def verify(older: str = "older", keys: str = "keys") -> subprocess.CompletedProcess:
            return subprocess.run(
                [program, "-since", scratch / older, scratch / keys, tiles, *packs],
                capture_output=True, text=True,
            )

        whole = verify()
        print(whole.stdout + whole.stderr, end="")
        check("the independent program verifies the export", whole.returncode == 0)
        size = int((tiles / "checkpoint").read_text().splitlines()[1])

        def last(kind: str, count: int) -> pathlib.Path:
            if count % 256 == 0:
                return tiles / "tile" / kind / f"{count // 256 - 1:03}"
            return tiles / "tile" / kind / f"{count // 256:03}.p" / f"{count % 256}"

        changed = [
            tiles / "tile" / "entries" / "000", tiles / "tile" / "entries" / "001",
            last("entries", size), tiles / "tile" / "0" / "000", tiles / "tile" / "0" / "002",
            last("0", size), last("1", size // 256),
            tiles / "checkpoint", scratch / "older", packs[0], packs[-1], scratch / "keys",
        ]
        for path in changed:
            before = change(path, path.stat().st_size // 2)
            result = verify()
            path.write_bytes(before)
            name = path.relative_to(scratch)
            check(f"{name} with one bit turned is refused", result.returncode == 1,
                  result.stderr.strip()[:100])
        newest = (tiles / "checkpoint").read_bytes()
        (scratch / "newest").write_bytes(newest)
        (tiles / "checkpoint").write_bytes((scratch / "older").read_bytes())
        result = verify(older="newest")
        check("an older checkpoint in the place of the newest is refused", result.returncode == 1,
              result.stderr.strip()[:100])
        (tiles / "checkpoint").write_bytes(newest)
        check("what was put back verifies again", verify().returncode == 0)
    finally:
        # Go's cache is read-only.
        subprocess.run(["chmod", "-R", "u+w", scratch], check=False)
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
