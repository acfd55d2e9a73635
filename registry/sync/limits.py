"""When bad rows are no longer slips: then the file is bad, and the package with it."""

from collections.abc import Mapping

from registry.sync.difference import TableDifference
from registry.sync.errors import PackageRefused
from registry.sync.issues import IssueBook, file_of

# A percent of a file, though a handful in a small one, and never more than fifty (registry rules, 5.3.7).
MOST_QUARANTINED = 50
ALWAYS_BORNE = 10


def refuse_bad_files(
    differences: Mapping[str, TableDifference], issues: IssueBook, *, waiting: Mapping[str, int]
) -> None:
    """Refuse the package for its first file with too many quarantined rows, or mostly such rows.

    Called when everything is read: the report then holds every cause, and not only those of the first file. Rows that
    speak about others' records are refused one by one and count for nothing; rows that wait (`waiting` says how many)
    only when nearly nothing else is there: then the delta is another registry's.
    """
    for table, difference in differences.items():
        borne = issues.borne_rows[table]
        read, bad = difference.read - borne, difference.quarantined - borne
        most = min(MOST_QUARANTINED, max(ALWAYS_BORNE, read // 100))
        waits = waiting.get(table, 0)
        is_anothers = waits > MOST_QUARANTINED and waits * 2 > difference.read
        if bad > most or bad * 2 > read > 0 or is_anothers:
            raise PackageRefused("too_many_quarantined", file=file_of(issues.read_from.get(table, table)))
