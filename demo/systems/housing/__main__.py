"""`python -m demo.systems.housing`: serve residents' files until told to stop. It drops no returns."""

from demo.lives import lives
from demo.systems import arguments
from demo.systems.files import Files
from demo.systems.housing.file import files
from demo.systems.serving import serve


def main() -> None:
    given = arguments.read("housing")
    people = lives(given.seed, given.people, given.today)
    held = Files("/api/v2/persons", "file", files(people, given.today))
    serve("housing", given.home, given.port, held.handle, people=len(held))


if __name__ == "__main__":
    main()
