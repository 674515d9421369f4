"""The integrator's verbs against a real platform: what they say, and that looking is no more."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.signing import new_secret, verify
from tests.support.cli import Desk, clean_environment, desk, staffel
from tests.support.until import until

PERSONS = 50
"""Each is handed over: the jobcenter's feed begins with one handoff per person."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("platform"), PERSONS) as place:
        yield place


@pytest.fixture
def away(tmp_path: Path) -> dict[str, str]:
    """An environment without any platform."""
    return clean_environment(tmp_path)


def test_whoami_says_who_the_platform_takes_me_for(platform: Desk) -> None:
    found = platform.run("whoami", "--json").json

    assert (found["id"], found["kind"], found["district"]) == (
        "jobcenter-12069",
        "jobcenter",
        "12069",
    )
    assert "accept-handoff" in found["commands"]["jobcenter_bridge"]
    assert found["commands"]["notify"] == ["record-letter-handed-over"]
    assert "admit-person" not in found["commands"]["intake"]


def test_a_wrong_password_is_told_in_a_line(platform: Desk) -> None:
    ran = platform.run(
        "whoami",
        STAFFEL_CONTEXT="",
        STAFFEL_URL=platform.home.nats_url,
        STAFFEL_AGENCY="jobcenter-12069",
        STAFFEL_PASSWORD="wrong",
    )

    assert ran.code == 2
    assert "Authorization Violation" in ran.err
    assert "Traceback" not in ran.err


def test_without_a_context_it_says_what_to_do(away: dict[str, str]) -> None:
    ran = staffel("feed", "status", environment=away)

    assert (ran.code, ran.out) == (2, "")
    assert "STAFFEL_URL" in ran.err


def test_the_catalogue_says_who_sees_a_field_and_why(away: dict[str, str]) -> None:
    found = staffel("catalogue", "course-enrolled.v1.course_kind", "--json", environment=away).json

    (field,) = found["fields"]
    assert found["commands"] == ["report-course-enrolment"]
    assert {"kind": "jobcenter", "basis": "§ 88a AufenthG", "consent": None} in field["seen_by"]
    assert field["codes"][0].keys() == {"code", "de", "en"}


def test_the_catalogue_lists_every_event(away: dict[str, str]) -> None:
    ran = staffel("catalogue", environment=away)

    assert ran.code == 0
    assert "handed-to-jobcenter.v1" in ran.out


def test_an_event_that_there_is_not_brings_those_near_to_it(away: dict[str, str]) -> None:
    ran = staffel("catalogue", "course-startet", environment=away)

    assert ran.code == 1
    assert "course-started" in ran.err


def test_a_refusal_is_explained_in_both_languages(away: dict[str, str]) -> None:
    (found,) = staffel("explain", "too-many-rounds", "--json", environment=away).json

    assert found["list"] == "RefusalCode"
    assert (found["de"], found["en"]) == ("zu viele Rückfragen", "too many questions")
    assert found["http_status"] == 409


def test_every_open_handoff_waits_in_one_queue(platform: Desk) -> None:
    waiting = platform.run("queue", "--json").json

    mine = [item for item in waiting if item["task"] == "confirm-delivery"]
    assert len({item["handoff_id"] for item in mine}) == len(mine) > 0
    assert {item["agency"] for item in mine} == {"jobcenter-12069"}
    assert waiting == sorted(waiting, key=lambda item: (item["due_on"], item["case"]))
    assert platform.run("queue", "--task", "second-look", "--json").json == []
    assert "confirm-delivery" in platform.run("queue").out
    assert mine[0]["case"] in platform.run("queue").out
    one = platform.run("queue", "--case", mine[0]["case"], "--json").json
    assert {item["case"] for item in one} == {mine[0]["case"]}
    assert platform.run("queue", "--unit", "team-of-others", "--json").json == []


def test_a_case_shows_both_timelines_by_day_and_what_was_told(platform: Desk) -> None:
    case = platform.run("queue", "--json").json[0]["case"]
    since = platform.run("case", case, "--json").json["responsibility"][0]["valid_from"]

    found = platform.run("case", case, "--from", since, "--json").json

    (day,) = found["days"]
    assert day == {
        "day": since,
        "responsible": "district-12069",
        "covered_by": ["asylbens district-12069"],
    }
    assert "handed-to-jobcenter.v1" in [entry["type"] for entry in found["entries"]]
    assert "responsible" in platform.run("case", case).out


def test_a_case_of_others_is_not_found(platform: Desk) -> None:
    ran = platform.run("case", "c-of-others")

    assert ran.code == 1
    assert "not-found" in ran.err


def test_a_report_counts_handoffs_and_tells_no_small_numbers(platform: Desk) -> None:
    found = platform.run("report", "--from", "2020-01-01", "--to", "2030-12-31", "--json").json

    assert found["handoffs"] >= PERSONS
    told = [number for number in found["by_status"].values() if number is not None]
    assert told
    assert min(told) >= 5
    assert platform.run("report", "--from", "yesterday", "--to", "2030-12-31").code == 2


def test_a_sheet_is_printed_the_same_each_time_and_its_hash_stands_in_the_log(
    platform: Desk, tmp_path: Path
) -> None:
    case = platform.run("queue", "--json").json[0]["case"]
    entries = platform.run("case", case, "--json").json["entries"]
    (ref,) = [e["data"]["sheet_ref"] for e in entries if e["type"] == "handed-to-jobcenter.v1"]
    home = ("--home", str(platform.home.folder))
    first, again = tmp_path / "first.pdf", tmp_path / "again.pdf"

    printed = platform.run("sheet", "print", ref, "--out", str(first), *home)
    platform.run("sheet", "print", ref, "--out", str(again), *home)

    assert printed.code == 0
    assert first.read_bytes() == again.read_bytes()
    digest = sha256(first.read_bytes()).hexdigest()
    assert printed.out.strip() == f"sha-256={digest}"
    told = platform.run("case", case, "--json", STAFFEL_CONTEXT="staffel-district-12069")
    facts = [e["data"] for e in told.json["entries"] if e["type"] == "handover-sheet-printed.v1"]
    assert [fact["pdf_digest"] for fact in facts] == [digest]


def test_a_sheet_of_others_is_not_printed(platform: Desk, tmp_path: Path) -> None:
    words = ("--out", str(tmp_path / "x.pdf"), "--home", str(platform.home.folder))

    ran = platform.run("sheet", "print", "s-of-others", *words)

    assert ran.code == 1
    assert "not-found" in ran.err
    assert not (tmp_path / "x.pdf").exists()


def test_a_letter_waits_is_shown_in_the_persons_language_and_handed_over(
    platform: Desk, tmp_path: Path
) -> None:
    district = {"STAFFEL_CONTEXT": "staffel-district-12069"}
    waiting = platform.run("letters", "list", "--json", **district).json
    letter = next(one for one in waiting if one["template"] == "handed-over")
    ref, page = letter["letter_id"], tmp_path / "letter.html"

    shown = platform.run("letters", "show", ref, "--html", str(page), "--json", **district).json
    given = platform.run("letters", "handed-over", ref, "--case", letter["case_id"], **district)
    again = platform.run("letters", "handed-over", ref, "--case", letter["case_id"], **district)

    assert letter["language"] == "ar"
    assert 'dir="rtl"' in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o600
    assert "Wir haben Ihre Unterlagen" in shown["text"]
    assert given.code == again.code == 0
    left = platform.run("letters", "list", "--json", **district).json
    assert ref not in {one["letter_id"] for one in left}
    assert platform.run("letters", "show", ref).code == 1


def test_a_command_is_carried_out_once_for_its_key(platform: Desk) -> None:
    key = ("--key", "once", "--set", "course_ref=once")
    as_district = {"STAFFEL_CONTEXT": "staffel-district-12069"}
    first = platform.run("listen", "--from", "0", "--count", "1", "--json").lines[0]
    words = (
        "send", "report-course-enrolment", "--sample", "full", "--set", f"case={first['subject']}",
        "--set", "enrolled_on=2025-03-20", "--set", "expected_start_on=2025-04-01", "--json", *key,
    )  # fmt: skip

    answers = [platform.run(*words, **as_district) for _ in range(2)]

    assert [one.code for one in answers] == [0, 0], answers
    assert answers[0].json["entries"] == answers[1].json["entries"] != []


def test_a_rule_that_says_no_ends_with_one_and_its_code(platform: Desk) -> None:
    ran = platform.run("send", "admit-person", "--sample", "full", "--json")

    assert ran.code == 1
    assert ran.json["code"] == "agency-may-not"
    assert "staffel explain agency-may-not" in ran.err


def test_a_command_that_breaks_a_rule_is_not_sent(away: dict[str, str]) -> None:
    ran = staffel("send", "admit-person", "--set", "nationality=Secret", environment=away)

    assert ran.code == 1
    assert "admit-person: nationality: String should match" in ran.err
    assert "admit-person: given_name: Field required" in ran.err
    assert "Secret" not in ran.err


def test_a_dry_run_shows_the_command_and_needs_no_platform(away: dict[str, str]) -> None:
    words = ("--sample", "full", "--set", "persons=17", "--set", "district=12069")
    ran = staffel("send", "set-reception-quota", *words, "--dry-run", environment=away)

    assert ran.json["subject"] == "cmd.intake.set-reception-quota"
    assert ran.json["command"]["persons"] == 17


def test_listening_shows_the_feed_and_leaves_the_consumer_alone(platform: Desk) -> None:
    before = platform.run("feed", "status", "--json").json

    lines = platform.run("listen", "--from", "0", "--count", str(PERSONS), "--json").lines

    after = platform.run("feed", "status", "--json").json
    assert [line["feedindex"] for line in lines] == list(range(PERSONS))
    assert {line["type"] for line in lines} == {"handed-to-jobcenter.v1"}
    assert {name: after[name] for name in ("pending", "unacknowledged", "last_pull")} == {
        name: before[name] for name in ("pending", "unacknowledged", "last_pull")
    }


def test_listening_begins_at_a_moment(platform: Desk) -> None:
    third = platform.run("listen", "--from", "0", "--count", "3", "--json").lines[2]

    since = platform.run("listen", "--from", third["time"], "--count", "1", "--json").lines[0]

    assert since["time"] == third["time"]
    assert since["feedindex"] <= 2


@pytest.mark.parametrize("place", ["yesterday", "2025-03-21T08:00:00"])
def test_a_place_that_is_none_is_told(platform: Desk, place: str) -> None:
    ran = platform.run("listen", "--from", place)

    assert ran.code == 2
    assert "--from" in ran.err


class Receiver(ThreadingHTTPServer):
    """Takes what is posted, but refuses everything once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.refused: set[str] = set()
        self.taken: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/staffel"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message_id = self.headers["webhook-id"]
        if message_id in self.server.refused:
            self.server.taken.append((dict(self.headers), body))
            self.send_response(204)
        else:
            self.server.refused.add(message_id)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_is_forwarded_is_signed_and_comes_in_order_after_every_failure(
    platform: Desk, receiver: Receiver
) -> None:
    secret = new_secret()
    words = ("--from", "3", "--count", "3", "--forward-to", receiver.url)

    ran = platform.run("listen", *words, STAFFEL_WEBHOOK_SECRET=secret)

    assert ran.code == 0
    assert ran.err.count("HTTP 302") == 3
    for headers, body in receiver.taken:
        verify([secret], headers, body, datetime.now(UTC))
    assert [json.loads(body)["feedindex"] for _, body in receiver.taken] == [3, 4, 5]


def test_a_secret_that_is_none_is_told_before_anything_is_sent(platform: Desk) -> None:
    ran = platform.run("listen", "--forward-to", "http://127.0.0.1:1", "--secret", "abc")

    assert ran.code == 2
    assert "whsec_" in ran.err
    assert "abc" not in ran.err


def test_the_python_subscriber_keeps_its_ledger_and_confirms_by_itself(
    platform: Desk, tmp_path: Path
) -> None:
    assert platform.run("init", "subscriber", "--lang", "python", str(tmp_path)).code == 0
    ledger = tmp_path / "ledger.jsonl"
    before = platform.run("feed", "status", "--json").json
    assert before["oldest_unanswered_handoff"]["status"] == "submitted"

    follow(platform, tmp_path, "delivered")
    ledger.write_bytes(ledger.read_bytes()[:-5])  # as if it had been cut off while writing
    follow(platform, tmp_path, "delivered")

    rows = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [row["index"] for row in rows] == list(range(len(rows)))
    after = platform.run("feed", "status", "--json").json
    assert after["oldest_unanswered_handoff"]["status"] == "delivered"

    ledger.unlink()
    follow(platform, tmp_path, "delivered")

    again = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert again[: len(rows)] == rows


def follow(platform: Desk, folder: Path, state: str) -> None:
    """Run the subscriber until every case has come to a state, then kill it."""
    environment = platform.environment | {"STAFFEL_CONTEXT": "staffel-jobcenter-12069"}
    program = [sys.executable, "subscriber.py"]
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(program, cwd=folder, env=environment, stderr=errors)
    try:
        asyncio.run(until(lambda: cases_in(folder / "ledger.jsonl", state) == PERSONS, state))
    finally:
        process.kill()
        process.wait()
    assert (folder / "errors").read_text() == ""


def cases_in(path: Path, state: str) -> int:
    """How many cases of a ledger stand there; 0 while there is none."""
    if not path.exists():
        return 0
    text = path.read_text()
    rows = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
    return list({row["case"]: row["state"] for row in rows}.values()).count(state)


def test_the_examples_are_written_once_and_nothing_is_overwritten(
    away: dict[str, str], tmp_path: Path
) -> None:
    words = ("init", "subscriber", "--lang", "javascript", str(tmp_path / "new"))
    assert staffel(*words, environment=away).code == 0
    (tmp_path / "new" / "subscriber.mjs").write_text("mine")

    ran = staffel(*words, environment=away)

    assert ran.code == 1
    assert (tmp_path / "new" / "subscriber.mjs").read_text() == "mine"
