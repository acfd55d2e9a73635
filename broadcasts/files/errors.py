"""What those who attach files to notices may be told; what is wrong with a file itself, rooms/files/errors.py says."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class FileKindNotTaken(Refusal):
    """An honest file of another kind."""

    code = "file_kind_not_taken"
    text = _("Only PDF and pictures (JPEG, PNG, WebP) can be attached. Save this file as PDF, then attach that.")


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
