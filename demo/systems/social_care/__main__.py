"""`python -m demo.systems.social_care`: drop both sendings of the return, then serve case files until told to stop."""

from datetime import timedelta

from demo.lives import lives
from demo.systems import arguments
from demo.systems.dropping import drop
from demo.systems.files import Files
from demo.systems.serving import serve
from demo.systems.social_care import cld, cld_before
from demo.systems.social_care.file import files


def main() -> None:
    given = arguments.read("social_care")
    people = list(lives(given.seed, given.people, given.today))
    if given.drop is not None:
        before = cld_before.content(people, given.today)
        drop(given.drop, cld_before.name(given.today), before, timedelta(minutes=1))
        drop(given.drop, cld.name(given.today), cld.content(people, given.today))
    held = Files("/api/v1/people", "file", files(people, given.today))
    serve("social_care", given.home, given.port, held.handle, people=len(held))


if __name__ == "__main__":
    main()
