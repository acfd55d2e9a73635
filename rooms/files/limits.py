"""How much may go with a message. Read by the process that examines files, too: nothing else is imported here."""

MEGABYTE = 1 << 20
# What people save from a school's programs; a picture comes smaller from any telephone, and is drawn anew.
LARGEST_FILE = 20 * MEGABYTE
LARGEST_PICTURE = 10 * MEGABYTE
# A minute of what browsers record at their best.
LARGEST_VOICE = 4 * MEGABYTE
LONGEST_VOICE = 60
# A recorder that is stopped at the minute writes what it still holds.
VOICE_SLACK = 1.5
MOST_FILES = 10
A_DAY = 200 * MEGABYTE
MOST_MEGAPIXELS = 40
# The longer side of a picture as it is kept, and of the small one for phones.
LONGEST, SMALL = 2_000, 640
# Of what is sent at once: a cut costs no more than this, and a request holds it in memory.
LARGEST_PIECE = MEGABYTE
PIECE = 64 << 10
PEAKS = 48
