"""Whether data that is missing was erased: casework says of each key that it is gone."""

from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.lines import Parts
from staffel_contracts.audit.opening import Read
from staffel_contracts.audit.person import CASEWORK
from staffel_contracts.facts.casework import SubjectErased


class Erasures:
    """Sees every entry once; memory grows with the number of keys whose data is missing."""

    def __init__(self, report: Report, *, told: bool) -> None:
        """Take the report, and whether every erasure is told: casework's log is there, whole."""
        self.report, self.told = report, told
        self._gone: set[str] = set()
        self._missing: dict[tuple[str, str], list[int]] = {}
        """By log and key: the first entry without its data, and how many there are."""

    def see(self, service: str, parts: Parts, entry: Read) -> None:
        """Look at the next entry of a log."""
        if not self.told:
            return
        if service == CASEWORK and isinstance(entry.fact, SubjectErased):
            self._gone.add(entry.fact.key_id)
        if parts.data is None:
            row = self._missing.setdefault((service, entry.leaf["sealkey"]), [parts.index, 0])
            row[1] += 1

    def end(self) -> None:
        """Note whose data is gone although nobody erased them."""
        for (service, key_id), (first, count) in self._missing.items():
            if key_id not in self._gone:
                rule = (
                    f"erasure: the data of {count} entries under this key is gone,"
                    " and casework's log has no erasure of it"
                )
                self.report.add(Code.INVARIANT, service, first, rule)
