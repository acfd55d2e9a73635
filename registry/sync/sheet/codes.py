"""What a spreadsheet may be refused for, and what is set aside or tolerated in it; part of registry/sync/codes.py."""

from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

# The whole file is refused: nothing was changed.
SHEET_REFUSALS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "sheet_too_large": _("The file is larger than 20 MB. Save only the list itself in a new file."),
        "sheet_too_long": _(
            "The sheet goes on for too many rows. Delete the empty rows below the list and save again."
        ),
        "sheet_too_wide": _("The sheet has too many columns. Delete the empty columns beside the list and save again."),
        "sheet_too_many_sheets": _("The file has more than 100 sheets. Keep only those with the lists."),
        "sheet_encrypted": _("The file has a password. Save it without one."),
        "sheet_old_form": _(
            'This is the old form of Excel (.xls). Open it and choose "Save as", Excel Workbook (.xlsx).'
        ),
        "sheet_is_html": _(
            "This is a web page that is only called a spreadsheet. Open it in Excel and save it as Excel Workbook (.xlsx)."
        ),
        "sheet_empty": _("The file is empty."),
        "sheet_unknown_form": _("This is no spreadsheet that is read here. Save it as .xlsx or as CSV UTF-8."),
        "sheet_wrong_extension": _(
            "The name of the file does not fit what is in it. Save it again as .xlsx or as CSV UTF-8."
        ),
        "sheet_macros": _("The file holds macros. Save it as Excel Workbook (.xlsx) without macros."),
        "sheet_linked": _("The file is linked to other files or holds some. Copy the list alone into a new file."),
        "sheet_damaged": _("The file is damaged. Open it in Excel, save it again, and send that."),
        "sheet_bomb": _("The file unpacks to far more than it should. It is not opened."),
        "sheet_xml_attack": _("The file holds instructions that no spreadsheet has. It is not opened."),
        "sheet_not_utf8": _('The text cannot be read. Choose "Save as", CSV UTF-8, or send the .xlsx file.'),
        "sheet_unclosed_quote": _("A quotation mark is opened here and not closed. Save the list again as .xlsx."),
        "sheet_no_header": _("No row with headers was found: at least full name, class and date of birth or code."),
        "sheet_column_twice": _("Two columns mean the same; it is unclear which one holds. Rename or delete one."),
        "sheet_kind_unknown": _("It is unclear whether this is a list of pupils or of staff. Say which."),
        "sheet_no_identity": _("Nothing tells pupils of one name apart. Add the column Mã học sinh or Ngày sinh."),
        "sheet_no_class": _("Nothing says which class the pupils are in. Add the column Lớp."),
        "sheet_formula": _("This cell is computed or begins like a command. Copy the column and paste it as values."),
        "sheet_old_font": _(
            "The letters are of an old font (TCVN3, VNI). Convert the list to Unicode and send it again."
        ),
        "sheet_dates_american": _("In these dates the month stands first. Write them as day/month/year."),
        "sheet_dates_turned": _(
            "Excel has turned day and month round in part of the dates. Make the column Text and copy the dates into it anew."
        ),
        "sheet_codes_gone": _("The list before this one had codes (Mã học sinh, Mã giáo viên). Add that column again."),
        "sheet_other_source": _(
            "The pupils or staff of this school come from another source. A list beside it would make everybody twice."
        ),
        "sheet_too_many_bad": _("Too many rows cannot be used. Repair the cells named, then send the list again."),
        "sheet_nobody": _("There is nobody in the list."),
        "sheet_no_such_meaning": _("There is no such meaning of a column:"),
        "sheet_whole_school_or_not": _(
            "The list has only some of the classes. Say whether it is the whole school, or only the classes listed."
        ),
    }
)

# A row is set aside; whoever it is about stays as they were.
SHEET_QUARANTINES: MappingProxyType[str, Any] = MappingProxyType(
    {
        "name_one_word": _("The name has one word only. Write the full name."),
        "not_a_name": _("This is no name: it holds digits or signs."),
        "old_font": _("The name is in an old font (TCVN3, VNI) or was read wrongly. Type it anew."),
        "missing_identity": _("Neither a code nor a date of birth tells this person from others of the name. Add one."),
        "sheet_bad_code": _("The code holds characters that no code has, or is too long."),
        "sheet_bad_date": _("The date is not written day/month/year, or there is no such day."),
        "date_american": _("In this date the month stands first. Write it as day/month/year."),
        "date_out_of_range": _("Nobody here can be born in that year."),
        "bad_class": _("This is no name of a class."),
        "class_became_date": _("Excel has made a date of the class. Make the cell Text and type the class anew."),
        "citizen_number": _("A personal number (12 digits) stands where the school's code should. Take it out."),
        "other_school": _("The row is of another school."),
        "unknown_status": _("It is unclear from this word whether the person is still at the school."),
        "code_twice": _("Two different rows have the same code; none of them is taken."),
        "same_name_and_birth": _(
            "Two people have the same name and date of birth. Add Mã học sinh to tell them apart."
        ),
        "two_heads": _("Two people are head of the school; none of the rows is taken."),
    }
)

# Tolerated: the row is taken, as far as it goes.
SHEET_WARNINGS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "sheet_hidden": _("A hidden sheet; it is not read."),
        "sheet_not_read": _("A sheet without a list; it is not read."),
        "sheet_footer": _("From this row on there are no more people; it is not read."),
        "sheet_row_twice": _("The same person stands in the list twice."),
        "sheet_repaired_rows": _("These are repaired rows of a list. Nobody is removed by not being among them."),
        "sheet_nothing_removed": _("Some rows could be anybody's. So nobody is removed by not being in the list."),
        "header_unknown": _("A column that is not known; it is not read."),
        "header_to_confirm": _(
            "A column whose header is nearly known. It is read only when somebody says what it means."
        ),
        "citizen_numbers": _("A column of personal numbers (12 digits). They are neither read nor kept."),
        "code_lost_zero": _(
            "The code is shorter than the others: it has probably lost zeros in front. It is found anyway."
        ),
        "may_be_old_font": _("The name may be in an old font (VNI). Please look at it."),
        "name_in_capitals": _(
            "The name is all in capital or small letters; it is taken with capitals where they belong."
        ),
        "birth_not_read": _("The date of birth cannot be read; the pupil is known by the code."),
        "grade_differs": _("The grade is another than the class says; the class holds."),
        "no_guardian": _("No mother, father or guardian is named: nobody at home can be reached."),
        "guardian_not_taken": _(
            "This name of a guardian cannot be read (one word, digits, old font); who was there stays."
        ),
        "bad_phone": _("This is no telephone number; it is left out."),
        "phone_lost_zero": _("The telephone number has lost its first zero; it is put back."),
        "phone_of_nobody": _("A telephone number without the name of a guardian; it is left out."),
        "phone_of_whom": _("It is unclear whose this telephone number is; it is left out."),
        "bad_email": _("This is no e-mail address; it is left out."),
        "unknown_class": _("There is no such class; the teacher is taken without it."),
        "two_homeroom_teachers": _("Two homeroom teachers of one class; neither is taken as such."),
    }
)
