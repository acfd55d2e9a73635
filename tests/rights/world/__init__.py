"""The exhaustive small world: every role, tie, deny, account, room and deed, each asked at its real door.

One package, imported by the real sync, makes a small province in which everybody has every right that their role can give.
A second package and the denies then take from each what their coordinates say. One `serve` process answers: over requests,
sockets, catch-ups, polls, lists, live events and queued pushes. What is right is said by tests/oracle, which shares no code
with the policy.

| dimension | values |
|---|---|
| role | people.ROLES: OneRoster's roles towards a class, its pupils, its school and what is above; strangers; nobody |
| tie | people.TIES: what became of the enrolment (of heads and officers: of the role) that ties one to the place |
| deny | people.DENIES: none, of the pair, in the school, above it, everywhere; over, still to run out; of another record |
| account | people.ACCOUNTS: active, disabled, without any role, signed out, device ended, never activated |
| place | places.PLACES: a room of every kind; open, with its talk closed or open, or archived, as the tie has it |
| deed | deeds.DEEDS: what one may try there, once for every door at which it can be tried |

A cell is one of people.subjects() at one place with one deed. Denies are crossed with every tie where a role has the one and
the other; accounts other than active close every door, and are crossed with the roles.
"""
