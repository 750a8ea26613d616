"""Start the demographics service. Prints one JSON line when ready; ends on SIGTERM and with its parent."""

import argparse
from datetime import date
from pathlib import Path

from demo.demographics.register import Register
from demo.demographics.service import service
from demo.lives import lives
from demo.serving import Server, run, secret_file


def main() -> None:
    """Read the arguments, make the people, serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.demographics", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder for the key that callers need")
    parser.add_argument("--port", type=int, default=0, help="0: a free one, told in the ready line")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument(
        "--today", type=date.fromisoformat, required=True, help="the day of the stories, YYYY-MM-DD"
    )
    told = parser.parse_args()
    key_file = told.home / "demographics.key"
    register = Register(lives(told.seed, told.people, told.today))
    server = Server(told.port, service(register, secret_file(key_file)))
    run(server, "demographics", key_file=str(key_file), people=len(register))


if __name__ == "__main__":
    main()
