"""Every code a report may carry, with its sentence. English here, Vietnamese in the translations."""

from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.sync.rest.codes import PULL_REFUSALS, PULL_WARNINGS
from registry.sync.sheet.codes import SHEET_QUARANTINES, SHEET_REFUSALS, SHEET_WARNINGS

# The whole package is refused: nothing was changed.
REFUSALS: MappingProxyType[str, Any] = MappingProxyType(
    {
        **PULL_REFUSALS,
        **SHEET_REFUSALS,
        "no_such_file": _("There is no such file, or it cannot be read."),
        "not_a_zip": _("The file is not a zip package, or it was cut off. Export it again."),
        "corrupt_zip": _("The zip package is damaged. Send it again."),
        "zip_bomb": _("The package unpacks to far more than it should. It is not opened."),
        "too_large": _("The package is larger than a registry can be. It is not opened."),
        "too_many_files": _("The package holds too many files. A OneRoster package holds at most 22."),
        "unsafe_path": _("A file in the package points outside the package. It is not opened."),
        "nested_folder": _("The files lie in a folder. Pack them so that they stand at the top of the zip."),
        "nested_zip": _("There is a zip inside the zip. Pack the CSV files themselves."),
        "symbolic_link": _("The package holds a link instead of a file."),
        "encrypted": _("The package is encrypted. Export it without a password."),
        "unknown_compression": _("The package is packed in a way that OneRoster does not allow."),
        "duplicate_file": _("The same file is in the package twice; it is unclear which one holds."),
        "no_manifest": _(
            "manifest.csv is missing. Export the package from the registry instead of packing it by hand."
        ),
        "unknown_version": _("The version of OneRoster is unknown. 1.1 and 1.2 are read."),
        "file_missing": _("The manifest names a file that is not in the package."),
        "not_utf8": _("The file is not UTF-8. Export it as CSV UTF-8."),
        "semicolon_separated": _("The cells are separated by semicolons. Export them with commas."),
        "tab_separated": _("The cells are separated by tabs. Export them with commas."),
        "no_header": _("The file has no header row."),
        "missing_column": _("A column that OneRoster requires is missing."),
        "duplicate_column": _("A column stands there twice; it is unclear which one holds."),
        "file_truncated": _("The file breaks off in the middle of a row. Export it again."),
        "unclosed_quote": _("A quotation mark is opened and not closed: the rows after it cannot be told apart."),
        "line_too_long": _("A line is longer than any row can be."),
        "too_many_quarantined": _(
            "Too many rows of this file cannot be used. Repair the causes named first, then export again."
        ),
        "other_registry": _(
            "This package is about other organisations than this source. Name its own source with --source."
        ),
        "which_source": _("There is already another source. Say with --source which one this package belongs to."),
        "file_left_out": _(
            "The file is not in the package, and the manifest does not call it absent. Export everything again."
        ),
        "file_empty": _("The file has no rows, though there were people in it before. Export it again."),
        "file_shrunk": _("The file has less than half of the rows it had before: it was cut off. Export it again."),
        "package_gone": _("The package of this import is not kept any more. Send it again."),
        "package_changed": _("The kept package is not the one that was looked at. Send it again."),
        "not_confirmed": _("Nobody confirmed this import within 30 days. Send a new package."),
        "superseded": _("A newer package of this source is held. This one is not applied any more."),
        "declined": _("Somebody looked at this import and declined it."),
        "confirmation_outdated": _(
            "The registry has changed since this import was looked at. Look at what it would change now, then decide."
        ),
        "interrupted": _("The server was stopped in the middle of this import: nothing was changed. Send it again."),
        "not_the_newest": _("Only the newest applied import of a source can be rolled back."),
        "the_first_run": _("The first import of a source cannot be rolled back."),
        "nothing_changed": _("This import changed nothing: there is nothing to roll back."),
        "journal_gone": _("This import is too old to be rolled back: what was before it is not kept any more."),
    }
)

# A row is set aside; its previous version stays as it was.
QUARANTINES: MappingProxyType[str, Any] = MappingProxyType(
    {
        **SHEET_QUARANTINES,
        "malformed_row": _("The row is not valid CSV."),
        "ragged_row": _("The row has more or fewer cells than the header."),
        "line_break_in_cell": _("A cell goes over several lines."),
        "null_character": _("The row holds a NUL character."),
        "control_character": _("The row holds an invisible control character."),
        "missing_value": _("A required cell is empty."),
        "too_long": _("A cell is too long."),
        "formula_in_cell": _("A name begins like a spreadsheet formula."),
        "bad_identifier": _("An identifier holds characters that OneRoster does not allow, or is too long."),
        "unknown_word": _("The word is not in OneRoster's vocabulary."),
        "bad_boolean": _("The cell is neither true nor false."),
        "bad_date": _("The date is not written YYYY-MM-DD."),
        "bad_time": _("The time of the last change cannot be read: it is not known what this row comes after."),
        "bad_year": _("The year is not written YYYY."),
        "end_before_begin": _("The end is before the beginning."),
        "duplicate_sourced_id": _("Two different rows have the same sourcedId; none of them is taken."),
        "dangling_reference": _("The row refers to something that is not there."),
        "missing_record": _("This record is missing, and rows that refer to it fall with it."),
        "org_cycle": _("The organisation stands above itself."),
        "outside_scope": _("This is about an organisation that is not under the one that this source speaks for."),
        "other_source_owns": _("This belongs to another source; only that one may say something about it."),
        "overlapping_parents": _("The organisation has two parents on the same day."),
        "bad_history": _("The dated parents are not written parent|from|to."),
    }
)

# Tolerated: the row is taken, as far as it goes.
WARNINGS: MappingProxyType[str, Any] = MappingProxyType(
    {
        **PULL_WARNINGS,
        **SHEET_WARNINGS,
        "unknown_file": _("A file that OneRoster does not know; it is not read."),
        "ignored_file": _("Nothing of this file is needed here; it is not read."),
        "file_name_case": _("The file name is written in another case."),
        "file_missing": _("The manifest names a file that is not in the package; it would not be read anyway."),
        "not_in_manifest": _("The manifest does not call this file bulk; it is read, and nobody is removed by it."),
        "version_differs": _("The files are of another version than the manifest says."),
        "header_case": _("A column name is written in another case."),
        "header_order": _("The columns are in another order."),
        "missing_optional_column": _("A column is missing; it is read as empty."),
        "unknown_column": _("A column that OneRoster does not know; it is not read."),
        "nameless_column": _("A column without a name; it is not read."),
        "no_rows": _("The file has no rows. Nobody is removed by it."),
        "nothing_removed": _("Some rows cannot be read. So nobody is removed by being absent from this file."),
        "vocabulary_case": _("The word is written in another way than OneRoster's."),
        "identifier_alphabet": _("An identifier holds characters outside OneRoster's alphabet."),
        "status_inactive": _("The status is inactive: the record is taken as ended."),
        "unknown_metadata": _("A metadata column holds a word that is not known; it is read as empty."),
        "bad_time": _("The time of the last change cannot be read; it is left out."),
        "future_time": _("The time of the last change is in the future; it is taken for now. Set the clock there."),
        "older_row": _("The row is older than what was read before; it is passed over."),
        "rows_say_bulk": _(
            "The manifest calls this file a delta, but no row says what became of it or when. "
            "It is read as a whole file, and nobody is removed by it."
        ),
        "waited_in_vain": _("A row waited 7 days for what it refers to. It is dropped: send it again."),
        "outside_scope": _("A named guardian or child is outside what this source speaks for; no link is made."),
        "other_source_owns": _("A named guardian or child belongs to another source; no link is made."),
        "duplicate_row": _("The same row stands there twice."),
        "duplicate_username": _("Two people have the same user name."),
        "duplicate_enrolment": _("The same person is in the same class twice."),
        "disabled_still_enrolled": _("Someone who left is still in a class; nothing follows from it."),
        "missing_username": _("The user name is empty."),
        "lost_zero": _("A telephone number has lost its first zero."),
        "dangling_reference": _("The row refers to something that is not there; it is taken without it."),
        "class_without_session": _("The class names no session: it does not end by itself."),
        "school_differs": _("The school is another than the class's; the class's holds."),
        "parent_history_differs": _("The parent is another than the dated parents say; the dated ones hold."),
        "dangling_agent": _("A named guardian or child is not there; no link is made."),
        "agent_not_guardian": _("A person is named who holds no guardian's role; the link gives no rights."),
        "guardian_elsewhere": _("A guardian is named whose role is at another school; the link gives no rights."),
    }
)

# Valves (registry/sync/valves.py): the package is held until somebody who may has looked at it and confirmed it.
VALVES: MappingProxyType[str, Any] = MappingProxyType(
    {
        "removed": _("Unusually many records would disappear."),
        "removed_in_org": _("Unusually many records of one unit would disappear."),
        "changed": _("Unusually many records would change."),
        "orgs_gone": _("A school or an authority would disappear."),
        "parents_changed": _("Several units would come under another one."),
        "ids_renewed": _("Many people would come a second time, under another id."),
        "heads_gained": _("Several people would become heads or administrators."),
        "seats_above_school": _("Somebody would gain a role above the schools."),
        "pupils_promoted": _("Several pupils of one unit would become staff."),
        "guardians_of_one": _("A pupil would have unusually many guardians."),
        "children_of_one": _("A guardian would have unusually many children."),
        "links_created": _("Unusually many guardians would be linked to pupils outside the months of entry."),
        "rolled_back_before": _("This very package was applied before and rolled back."),
    }
)


def sentence(code: str, severity: str) -> str:
    """What a code says to people, in the active language."""
    table = {"refused": REFUSALS, "quarantined": QUARANTINES, "warning": WARNINGS, "valve": VALVES}[severity]
    return str(table[code])
