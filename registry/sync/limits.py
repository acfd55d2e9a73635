"""When bad rows are no longer slips: then the file is bad, and the package with it."""

from collections.abc import Mapping

from registry.sync.difference import TableDifference
from registry.sync.errors import PackageRefused
from registry.sync.issues import IssueBook, file_of

# A percent of a file, though a handful in a small one, and never more than fifty (registry rules, 5.3.7).
MOST_QUARANTINED = 50
ALWAYS_BORNE = 10


def refuse_bad_files(differences: Mapping[str, TableDifference], issues: IssueBook) -> None:
    """Refuse the package for its first file with too many quarantined rows, or mostly such rows.

    Called when everything is read: the report then holds every cause, and not only those of the first file.
    """
    for table, difference in differences.items():
        most = min(MOST_QUARANTINED, max(ALWAYS_BORNE, difference.read // 100))
        if difference.quarantined > most or difference.quarantined * 2 > difference.read > 0:
            raise PackageRefused("too_many_quarantined", file=file_of(issues.read_from.get(table, table)))
