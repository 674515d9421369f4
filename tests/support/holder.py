"""A process that takes the toy's log and writes one visit per line of its standard input."""

import sys
from pathlib import Path

from services.chassis.clock import RealClock
from services.chassis.keys.keyring import Keyring
from services.chassis.store.database import open_database
from services.chassis.store.log import Fenced
from services.chassis.writing.desk import Desk
from services.chassis.writing.speaking import Voice
from services.chassis.writing.writer import Writer
from tests.support.desk import ask
from tests.support.toy import TOY, Visit


def main() -> None:
    """Write until the input ends; say ``held``, ``fenced``, or each answer's status."""
    url, keyring, key_file = sys.argv[1:]
    keys = Keyring(keyring, bytes.fromhex(Path(key_file).read_text()))
    writer = Writer(Desk(TOY, Voice("toy", "test"), keys), open_database(url), RealClock())
    try:
        writer.open()
    except Fenced:
        say("fenced")
        return
    say("held")
    for line in sys.stdin:
        place, key = line.split()
        work = ask(Visit(place=place, by="v1"), key)
        work.settle = lambda answer, key=key: say(f"{key} {answer.status}")  # type: ignore[misc]
        try:
            writer.run([work])
        except Fenced:
            say("fenced")
            return


def say(text: str) -> None:
    """Say a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
