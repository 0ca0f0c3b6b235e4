#!/usr/bin/env python3
"""Runs clients of both eras against a gateway in front of upstreams that misbehave, and checks
every answer, the memory and the ledger; see README.md."""

import argparse
import asyncio
import pathlib
import random
import resource
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from soak import clients, selfcheck  # noqa: E402
from soak.account import Account  # noqa: E402
from soak.gateway import Gateway  # noqa: E402
from soak.ledger import LedgerCheck  # noqa: E402
from soak.measuring import Measuring  # noqa: E402
from soak.upstreams import Upstreams  # noqa: E402

READY_SECONDS = 90  # the longest back-off of an upstream, and some


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sallyport", default=".build/release/sallyport")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rate", type=float, default=60, help="actions a second, of all clients")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--loops", type=int, default=2)
    parser.add_argument("--every", type=float, default=10, help="seconds between lines of progress")
    parser.add_argument("--without", default="", help="parts of the protocol to leave out, by "
                        f"commas: {', '.join(clients.PARTS)}")
    parser.add_argument("--keep", action="store_true", help="keep the scratch directory")
    options = parser.parse_args()
    options.without = set(filter(None, options.without.split(",")))
    if unknown := options.without - set(clients.PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 32)
    return options


async def progress(account, gateway, start, every):
    while True:
        await asyncio.sleep(every)
        counts = account.counts
        answered = sum(number for what, number in counts.items() if what.startswith("answered"))
        faults = sum(number for what, number in counts.items() if what.startswith("upstream"))
        print(f"{time.monotonic() - start:6.0f} s  answers {answered:,}, right "
              f"{counts['answered: right']:,}, run {len(account.ran):,}, faults {faults:,}, "
              f"violations {account.violations.total()}; {gateway.memory():.1f} MB, "
              f"{gateway.descriptors()} descriptors", flush=True)


async def load(options, account, gateway, upstreams, measuring):
    """The load itself: all clients until the time is over."""
    stopping = asyncio.Event()
    work = clients.start(options, account, gateway, upstreams, stopping)
    watching = [asyncio.create_task(measuring.run()),
                asyncio.create_task(progress(account, gateway, time.monotonic(), options.every))]
    try:
        ended = asyncio.create_task(gateway.process.wait())
        done, _ = await asyncio.wait({ended}, timeout=options.seconds)
        if done:
            account.violation("the gateway ended", gateway.log_tail())
        stopping.set()
        for task in watching:
            task.cancel()
        _, late = await asyncio.wait(work, timeout=90)
        if late:
            account.violation("a client does not end", f"{len(late)} clients")
    finally:
        for task in [*watching, *work]:
            task.cancel()
        await asyncio.gather(*watching, *work, return_exceptions=True)


async def soak(options, scratch, account):
    """Returns the lines of the final table."""
    upstreams = Upstreams(options.seed, scratch, account)
    gateway = Gateway(str(pathlib.Path(options.sallyport).resolve()), scratch, options.loops)
    measuring = Measuring(gateway)
    lines = []
    try:
        await upstreams.start()
        gateway.configure({name: server.port for name, server in upstreams.http.items()},
                          {name: server.port for name, server in upstreams.events.items()},
                          upstreams.stdio, options.seed, upstreams.path)
        await gateway.start()
        if not await gateway.wait_until_ready(READY_SECONDS):
            account.violation("the gateway does not start", gateway.log_tail())
            return lines
        measuring.baseline()
        await load(options, account, gateway, upstreams, measuring)
        if gateway.process.returncode is None:
            if not await gateway.wait_until_ready(READY_SECONDS):
                account.violation("an upstream does not come back", f"{await gateway.not_ready()}")
            await asyncio.sleep(2)
            lines += measuring.judge(account, gateway.descriptors())
            if len(gateway.children()) > len(upstreams.stdio):
                account.violation("processes are left", f"{gateway.children()}")
            lines.append(f"CPU of the gateway: {gateway.cpu_seconds():.0f} s")
        code = await gateway.stop()
        if code != 0:
            account.violation("the gateway does not stop well", f"exit {code}")
        account.settle()
        clients.check_that_much_happened(options, account, upstreams)
        lines += await LedgerCheck(gateway, account, clients.agent_of).run()
    finally:
        await gateway.stop()
        await upstreams.stop()
    return lines


async def interruptible(work):
    """Ends everything that was started also when the run is told to stop."""
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await work


def table(account, lines, options):
    print("\ncounts")
    for what, number in sorted(account.counts.items()):
        print(f"  {number:>10,}  {what}")
    print("\nthe gateway")
    for line in lines:
        print(f"  {line}")
    if account.violations:
        print("\nviolations")
        for what, number in sorted(account.violations.items()):
            print(f"  {number:>10,}  {what}")
    answered = sum(number for what, number in account.counts.items() if what.startswith("answered"))
    print(f"\nseed {options.seed}: {answered:,} answers, {len(account.ran):,} calls run, "
          f"{account.violations.total()} violations")


def main():
    options = arguments()
    selfcheck.run()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    account = Account(lambda text: print(text, flush=True), clients.agent_of)
    code = 130
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-soak-"))
    print(f"seed {options.seed}, {options.clients} clients, {options.seconds:.0f} s"
          + (f", without {', '.join(sorted(options.without))}" if options.without else ""))
    try:
        lines = asyncio.run(interruptible(soak(options, scratch, account)))
        table(account, lines, options)
        code = 1 if account.violations or not account.counts["answered: right"] else 0
    except asyncio.CancelledError:
        print(f"interrupted; seed {options.seed}")
    finally:
        if options.keep:
            print(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
