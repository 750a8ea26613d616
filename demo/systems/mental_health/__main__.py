"""`python -m demo.systems.mental_health`: drop the last two returns, then serve records until told to stop."""

from datetime import timedelta

from demo.lives import lives
from demo.systems import arguments
from demo.systems.dropping import drop
from demo.systems.files import Files
from demo.systems.mental_health import mhsds
from demo.systems.mental_health.file import files
from demo.systems.serving import serve


def main() -> None:
    given = arguments.read("mental_health")
    people = list(lives(given.seed, given.people, given.today))
    if given.drop is not None:
        for back in (1, 0):
            content = mhsds.content(people, given.today, back)
            drop(given.drop, mhsds.name(given.today, back), content, timedelta(minutes=back))
    held = Files("/api/v1/patients", "record", files(people, given.today))
    serve("mental_health", given.home, given.port, held.handle, people=len(held))


if __name__ == "__main__":
    main()
