"""What those who attach and open files may be told."""

from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class FileTooLarge(Refusal):
    """Facts name the most, in megabytes."""

    code = "file_too_large"
    status = 413
    text = _("This file is larger than {megabytes} MB. It was not attached.")


class FileKindNotTaken(Refusal):
    """An honest file of another kind."""

    code = "file_kind_not_taken"
    text = _("Only PDF and pictures (JPEG, PNG, WebP) can be attached. Save this file as PDF, then attach that.")


class FileNotWhatItSays(Refusal):
    """Its content is not what its name says, or two kinds at once."""

    code = "file_not_what_it_says"
    text = _("What is in this file is not what its name says. It was not attached; save it anew from its program.")


class FileUnreadable(Refusal):
    """Damaged, cut off, or so built that reading it takes more than any document needs."""

    code = "file_unreadable"
    text = _("This file is damaged or incomplete. It was not attached; save or photograph it anew.")


class PictureTooLarge(Refusal):
    """Facts name the most, in megapixels."""

    code = "picture_too_large"
    text = _("This picture has more than {megapixels} million points. Make it smaller, then attach it.")


class PdfWithScript(Refusal):
    """Facts name what was found first: script, action, embedded, form or encrypted."""

    code = "pdf_with_script"
    text = _("This PDF can act by itself when it is opened. Print it to a new PDF and attach that.")
    _texts = MappingProxyType(
        {
            "script": _("This PDF has a program in it. Print it to a new PDF and attach that."),
            "action": _("This PDF opens other files or programs. Print it to a new PDF and attach that."),
            "embedded": _("This PDF has other files or films in it. Attach each by itself, or print it to a new PDF."),
            "form": _("This PDF is an electronic form (XFA). Print it to a new PDF and attach that."),
            "encrypted": _("This PDF is protected with a password. Save it without protection and attach that."),
        }
    )

    def __init__(self, *, found: str, **facts: Any) -> None:
        super().__init__(found=found, **facts)
        self.text = self._texts[found]


class TooManyFiles(Refusal):
    """Facts name the most files of a notice."""

    code = "too_many_files"
    text = _("At most {most} files go with a notice.")


class FilesTooLarge(Refusal):
    """Facts name the most that all files of a notice may have together, in megabytes."""

    code = "files_too_large"
    text = _("All files of a notice together may have at most {megabytes} MB.")


class TooManyUnused(Refusal):
    """Uploads that belong to no notice are kept for a week."""

    code = "too_many_unused_files"
    status = 429
    text = _("You have uploaded many files that no notice uses. Use those, or upload this one in a few days.")


class NoRoom(Refusal):
    """The disk is nearly full; writing goes on."""

    code = "no_room_for_files"
    status = 507
    retry = True
    text = _("The server has no room for files at the moment. What you wrote is kept; tell those who run the server.")
