"""What those who send and open files may be told, with notices and with messages alike."""

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
    """An honest file of another kind, for a message."""

    code = "file_kind_not_taken"
    text = _(
        "Pictures (JPEG, PNG, WebP), PDF and documents (docx, xlsx, pptx, odt, ods) can be sent. Save this file as one "
        "of these, then send that."
    )


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


class _WithProgram(Refusal):
    """Facts name what was found first."""

    _texts: MappingProxyType[str, Any]

    def __init__(self, *, found: str, **facts: Any) -> None:
        super().__init__(found=found, **facts)
        self.text = self._texts[found]


class PdfWithScript(_WithProgram):
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


class DocumentWithProgram(_WithProgram):
    """Facts name what was found first: macro, embedded, outside or encrypted."""

    code = "document_with_program"
    text = _("This document can act by itself when it is opened. Save it as PDF and send that.")
    _texts = MappingProxyType(
        {
            "macro": _("This document has a program (macro) in it. Save it as PDF and send that."),
            "embedded": _("This document has other files in it. Send each by itself, or save it as PDF and send that."),
            "outside": _(
                "This document loads something from elsewhere when it is opened. Save it as PDF and send that."
            ),
            "encrypted": _("This document is protected with a password. Save it without protection and send that."),
        }
    )


class VoiceTooLong(Refusal):
    """Facts name the most, in seconds."""

    code = "voice_too_long"
    text = _("A voice message lasts {seconds} seconds at most. Record it in parts.")


class NoRoom(Refusal):
    """The disk is nearly full; writing goes on."""

    code = "no_room_for_files"
    status = 507
    retry = True
    text = _("The server has no room for files at the moment. What you wrote is kept; tell those who run the server.")


class TooMuchToday(Refusal):
    """Facts name what one person may send a day, in megabytes."""

    code = "too_much_today"
    status = 429
    retry = True
    text = _(
        "You have sent {megabytes} MB of files within a day; more is possible tomorrow. Your text can be sent now."
    )


class UploadMoved(Refusal):
    """Facts name how much of the file is here."""

    code = "upload_moved"
    status = 409
    retry = True
    text = _("Another part of this file was expected. The app goes on from there by itself.")


class OtherTusVersion(Refusal):
    """The upload speaks another version of tus."""

    code = "other_tus_version"
    status = 412
    text = _("The app sends files in a way that the server does not know. Please update the app.")


class FileNotReady(Refusal):
    """A message names an upload that is not whole, not one's own, or part of another message."""

    code = "file_not_ready"
    status = 409
    text = _("A file of this message is not there, or no longer. Your text is kept: attach the file again.")


class TooManyFiles(Refusal):
    """Facts name the most files of a message."""

    code = "too_many_files"
    text = _("At most {most} files go with a message. Send the others with another one.")


class VoiceGoesAlone(Refusal):
    """A voice message beside other files."""

    code = "voice_goes_alone"
    text = _("A voice message goes by itself. Send the other files with another message.")
