"""How much may be attached. Read by the process that examines files, too: nothing else is imported here."""

MEGABYTE = 1 << 20
LARGEST_FILE = 10 * MEGABYTE
# What surrounds the file in a form.
FORM = MEGABYTE // 16
MOST_FILES = 5
LARGEST_TOGETHER = 20 * MEGABYTE
# Uploads of one person that no notice uses: 200 MB at most, for a week.
MOST_UNUSED = 40

MOST_MEGAPIXELS = 40
# The longer side of a picture as it is kept, and of the small one for phones.
LONGEST, SMALL = 2_000, 640
