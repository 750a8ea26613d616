"""`python -m demo.systems.acute --mllp-port N --seed S --people P --today D`: send everything, then end.

Sending again tells nothing new: every message and everything in it has the same identifiers each time.
"""

import argparse
import asyncio
import sys
from datetime import date
from typing import Final

from demo.lives import lives
from demo.systems.acute.mllp import NotTaken, send_all, wait_for
from demo.systems.acute.telling import messages
from demo.systems.leaving import end_with_parent
from demo.systems.telling import end_of

_DOOR_SECONDS: Final = 180.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.systems.acute", description=__doc__)
    parser.add_argument("--mllp-port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="YYYY-MM-DD")
    parser.add_argument("--lines", type=int, default=4, help="connections side by side")
    given = parser.parse_args(argv)
    end_with_parent()
    now = end_of(given.today)
    everybody = (messages(person, now) for person in lives(given.seed, given.people, given.today))

    async def run() -> int:
        await wait_for(given.mllp_port, _DOOR_SECONDS)
        tally = await send_all(everybody, given.mllp_port, given.lines)
        print(f"hospital: {tally.taken} messages taken, {tally.refused} refused", file=sys.stderr, flush=True)
        return 0

    try:
        return asyncio.run(run())
    except* NotTaken as why:
        print(f"hospital: gave up: {why.exceptions[0]}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
