"""The ladder of channels (4.D): what happens after a notice has left, when, to whom, and when it stops; the quiet hours of
households, and how many ordinary notices a day may ring in one."""
