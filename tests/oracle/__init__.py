"""Who may do what, worked out a second time: from the rules as they are written down, and with none of the server's code.

    from tests.oracle import Answer, Room, World, ...
    answer = Answer(world, day)
    answer.rights("hoa", Room("guardians", "3a"))    # frozenset({"read", "post"})

A `World` (world.py) is plain data: orgs with dated parents, people, roles, classes with terms, enrolments, who names whom as
guardian or child, records of one human, denies, and what was done in rooms (opened, talk switched on, conversations begun).
Everybody and everything is called by its sourcedId, which must be unique in a world, also between sources.

`Answer(world, day)` is a pure function of the two. What it tells:
- `rooms()`: each room that ever was, with "open" or "archived"; those that ought to be and were not made yet included
- `seats(room)`: everybody's seat by name, in a community room also of those who have not opened it
- `members(room)`: the same as rows: in a community room only of those who opened it
- `rights(person, room)`: a set of "read", "post", "moderate", "open_talk"; empty for strangers
- `granted(room)`: the same of everybody who has any
- `listed(person)`: the rooms in this person's list

A room is `Room(kind, of)`: `Room("class", class)`, `Room("guardians", class)`, `Room("staff", org)`, `Room("community", org)`,
`thread(student, guardian, teacher)`, `office_thread(student, guardian, org)`.

The rules: registry rules 5.2, decisions 5, 22, 24, 25, 28, 29, 32, SECURITY.md ("who can see what, and why"),
docs/protocol.md ("Rooms"). One rule a function: living.py what counts today, tree.py who stands above whom, guardians.py who is
whose guardian, seating.py who sits where, rights.py what a seat may do.
"""

from tests.oracle.answer import Answer
from tests.oracle.world import (
    Class,
    Deny,
    Enrolment,
    Org,
    Parent,
    Person,
    Role,
    Room,
    Says,
    Source,
    Term,
    World,
    office_thread,
    thread,
)

__all__ = [
    "Answer",
    "Class",
    "Deny",
    "Enrolment",
    "Org",
    "Parent",
    "Person",
    "Role",
    "Room",
    "Says",
    "Source",
    "Term",
    "World",
    "office_thread",
    "thread",
]
