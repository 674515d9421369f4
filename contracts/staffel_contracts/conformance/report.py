"""What came of it: lines for people, JSON, and JUnit XML for a build server."""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Verdict(NamedTuple):
    """How one scenario ended; ``failure`` is empty where it held."""

    name: str
    proves: str
    failure: str
    seconds: float

    @property
    def held(self) -> bool:
        """Whether the subscriber did what is asked."""
        return not self.failure

    def __str__(self) -> str:
        """One line for people."""
        line = f"{'✔' if self.held else '✘'} {self.name:16}{self.proves}"
        return line if self.held else f"{line}\n  {'':16}{self.failure}"


def junit(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as JUnit XML."""
    failed = sum(not verdict.held for verdict in verdicts)
    seconds = sum(verdict.seconds for verdict in verdicts)
    suite = ET.Element(
        "testsuite",
        name="staffel conformance",
        tests=str(len(verdicts)),
        failures=str(failed),
        time=f"{seconds:.3f}",
    )
    for verdict in verdicts:
        case = ET.SubElement(suite, "testcase", name=verdict.name, classname="conformance")
        case.set("time", f"{verdict.seconds:.3f}")
        if not verdict.held:
            ET.SubElement(case, "failure", message=verdict.failure).text = verdict.proves
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
