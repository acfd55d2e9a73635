"""How much may be attached to a notice."""

from rooms.files.limits import MEGABYTE

LARGEST_FILE = 10 * MEGABYTE
# What surrounds the file in a form.
FORM = MEGABYTE // 16
MOST_FILES = 5
LARGEST_TOGETHER = 20 * MEGABYTE
# Uploads of one person that no notice uses: 200 MB at most, for a week.
MOST_UNUSED = 40
