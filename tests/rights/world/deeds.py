"""What one may try in a room, at every door where it can be tried, and the answer that is due by the oracle's rights."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Answers that are no refusal's code.
OK, THERE, GONE, ABSENT, HEARD, TOLD, NOTHING = "ok", "there", "gone", "absent", "heard", "told", "nothing"
NOT_FOUND, NOT_SIGNED_IN = "not_found", "not_signed_in"
# What nobody may make of another's message.
NOT_MINE = "Không phải của tôi"
# Whose right to write waits for somebody to open the talk: to them it is said so.
WAIT_FOR_TALK = {("class", "pupil"), ("community", "staff"), ("community", "guardian")}


@dataclass(frozen=True, slots=True)
class View:
    """A room as one person ought to have it."""

    kind: str
    rights: frozenset[str]
    seat: str
    is_open: bool
    # Their session counts: the account stands, and they are somebody in the registry.
    is_admitted: bool
    # They speak for the room's org or for one above it.
    is_above: bool
    # They speak for an org above the room's, and may enter from there without having to: no list begins with such rooms.
    is_far_above: bool
    # Something is said there while everybody listens.
    is_alive: bool

    @property
    def is_live(self) -> bool:
        """Whether they may follow it: an archive is read, and followed by nobody."""
        return "read" in self.rights and self.is_open

    @property
    def shown(self) -> str:
        """Seat and rights in one line."""
        return shown(self.seat, self.rights)


def shown(seat: str | None, rights: Any) -> str:
    """Seat and rights in one line, for comparing."""
    return f"{seat or 'none'}: {' '.join(sorted(rights))}".strip()


Due = Callable[[View], str]


def _reading(view: View) -> str:
    return OK if "read" in view.rights else NOT_FOUND


def _seeing(view: View) -> str:
    return view.shown if "read" in view.rights else NOT_FOUND


def _refused_writing(view: View) -> str:
    return "talk_closed" if (view.kind, view.seat) in WAIT_FOR_TALK else "may_not_post"


def _writing(view: View) -> str:
    """An archive has no line in which to write: to those who may still read it there is no such room there."""
    if not view.is_live:
        return NOT_FOUND
    return OK if "post" in view.rights else _refused_writing(view)


def _changing_own(view: View) -> str:
    if not view.is_live:
        return NOT_FOUND
    return OK if "post" in view.rights else "may_not_post"


def _taking_back_own(view: View) -> str:
    return OK if view.is_live else NOT_FOUND


def _changing_others(view: View) -> str:
    return "not_yours" if view.is_live else NOT_FOUND


def _taking_back_others(view: View) -> str:
    if not view.is_live:
        return NOT_FOUND
    return OK if "moderate" in view.rights else "not_yours"


def _opening(view: View) -> str:
    if not view.is_live:
        return NOT_FOUND
    return OK if "open_talk" in view.rights else "may_not_moderate"


def _reacting(view: View) -> str:
    return OK if view.is_live else NOT_FOUND


def _leading(view: View, done: str) -> str:
    """Both sides of a thread keep what they agreed on."""
    if not view.is_live:
        return NOT_FOUND
    leads = "moderate" in view.rights or (view.kind == "thread" and "post" in view.rights)
    return done if leads else "may_not_moderate"


def _pinning(view: View) -> str:
    """Until a day that has passed: who may is told so, and what stands above the room stays for the others."""
    return _leading(view, "time_not_possible")


def _unpinning(view: View) -> str:
    return _leading(view, OK)


def _voting(view: View) -> str:
    return "no_poll_here" if view.is_live else NOT_FOUND


def _counting(view: View) -> str:
    return "no_poll_here" if "read" in view.rights else NOT_FOUND


def _being_here(view: View) -> str:
    if "read" not in view.rights:
        return NOT_FOUND
    return OK if view.kind == "thread" else "not_allowed"


def _typing(view: View) -> str:
    if "read" not in view.rights:
        return NOT_FOUND
    if "post" not in view.rights:
        return _refused_writing(view)
    return OK if view.kind == "thread" else "not_allowed"


def _listed(view: View) -> str:
    return view.shown if view.is_live else ABSENT


def _archived(view: View) -> str:
    return view.shown if "read" in view.rights and not view.is_open else ABSENT


def _explained_at_once(view: View) -> str:
    """The page of a person has the rooms near them, and those where they have been: who is let in has knocked here."""
    is_told = view.is_live and (view.is_admitted or not view.is_far_above)
    return view.shown if is_told else shown(None, ())


def _followed(view: View) -> str:
    return THERE if view.is_live else ABSENT


def _caught_up(view: View) -> str:
    return THERE if view.is_live else GONE


def _beginning(view: View) -> str:
    return OK if view.is_live else NOT_FOUND


def _contact(view: View) -> str:
    return THERE if view.is_live and view.seat in {"guardian", "teacher"} else ABSENT


def _asking_why(view: View) -> str:
    return view.shown if view.is_above else NOT_FOUND


def _explained(view: View) -> str:
    return view.shown


def _hearing(view: View) -> str:
    return HEARD if view.is_live and view.is_alive else NOTHING


def _told(view: View) -> str:
    return TOLD if view.is_live and view.is_alive else NOTHING


@dataclass(frozen=True, slots=True)
class Deed:
    """One action at one door. `knocks`: the routes or orders that it goes through."""

    action: str
    door: str
    knocks: str
    due: Due
    # The answer to whoever is not admitted; empty where it is somebody else who asks.
    when_closed: str = NOT_SIGNED_IN
    # Only in rooms that are about a child.
    in_threads: bool = False

    @property
    def name(self) -> str:
        """As it is told."""
        return f"{self.action} by {self.door}"

    def expected(self, view: View) -> str:
        """What the door has to answer."""
        return self.due(view) if view.is_admitted or not self.when_closed else self.when_closed


@dataclass(frozen=True, slots=True)
class Request(Deed):
    """Asked with a request of its own. `path` and `body` take {room}, {seq} and what else is known by name."""

    path: str = ""
    body: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def method(self) -> str:
        """Its verb."""
        return self.knocks.split(" ")[0]


@dataclass(frozen=True, slots=True)
class Order(Deed):
    """Asked with an order over the socket."""

    fields: dict[str, Any] = field(default_factory=dict, hash=False)


_MESSAGES, _MESSAGE = "api/rooms/<int:room>/messages", "api/rooms/<int:room>/messages/<int:seq>"
OPENING = (
    Request("see", "request", "GET api/rooms/<int:room>", _seeing, path="rooms/{room}"),
    Request("read", "request", f"GET {_MESSAGES}", _reading, path="rooms/{room}/messages?limit=2"),
    # Whoever is not admitted has no pass, and without one there is no file.
    Request(*("open a file", "pass", "GET f/<int:file_id>", _reading), path="/f/{file}", when_closed=NOT_FOUND),
)
REQUESTS = (
    Request("see the members", "request", "GET api/rooms/<int:room>/members", _reading, path="rooms/{room}/members"),
    Request(
        *("move the pointers", "request", "POST api/rooms/<int:room>/read", _reading),
        path="rooms/{room}/read",
        body={"read_seq": 1},
    ),
    Request(
        "post",
        "request",
        f"POST {_MESSAGES}",
        _writing,
        path="rooms/{room}/messages",
        body={"client_message_id": "{a_name}", "body": "Dạ vâng"},
    ),
    Request(
        *("change one's own", "request", f"PATCH {_MESSAGE}", _changing_own),
        path="rooms/{room}/messages/{own_by_rest}",
        body={"body": "Sửa lại: áo mưa và ủng"},
    ),
    Request(
        *("take back one's own", "request", f"DELETE {_MESSAGE}", _taking_back_own),
        path="rooms/{room}/messages/{own_by_rest}",
    ),
    Request(
        *("change another's", "request", f"PATCH {_MESSAGE}", _changing_others),
        path="rooms/{room}/messages/{others_by_rest}",
        body={"body": NOT_MINE},
    ),
    Request(
        *("react to another's", "request", f"PUT {_MESSAGE}/reaction", _reacting),
        path="rooms/{room}/messages/{others_by_rest}/reaction",
        body={"kind": "tim"},
    ),
    Request(
        *("pin another's", "request", f"PUT {_MESSAGE}/pin", _pinning),
        path="rooms/{room}/messages/{others_by_rest}/pin",
        body={"until": "2020-01-01T00:00:00Z"},
    ),
    Request(
        *("unpin another's", "request", f"DELETE {_MESSAGE}/pin", _unpinning),
        path="rooms/{room}/messages/{others_by_rest}/pin",
    ),
    Request(
        *("vote", "request", f"PUT {_MESSAGE}/vote", _voting),
        path="rooms/{room}/messages/{others_by_rest}/vote",
        body={"options": [1]},
    ),
    Request(
        *("see the votes", "request", f"GET {_MESSAGE}/votes", _counting),
        path="rooms/{room}/messages/{others_by_rest}/votes",
    ),
    Request(
        *("close a poll", "request", f"POST {_MESSAGE}/close", _voting),
        path="rooms/{room}/messages/{others_by_rest}/close",
    ),
    Request(
        *("take back another's", "request", f"DELETE {_MESSAGE}", _taking_back_others),
        path="rooms/{room}/messages/{others_by_rest}",
    ),
    Request(
        *("open the talk", "request", "PATCH api/rooms/<int:room>", _opening),
        path="rooms/{room}",
        body={"is_talk_open": "{is_talk_open}"},
    ),
    Request(*("ask why", "request", "GET api/rights/why", _asking_why), path="rights/why?person={person}&room={room}"),
    Request(
        *("begin a thread", "request", "POST api/threads/messages", _beginning),
        path="threads/messages",
        body={
            "student": "{student}",
            "teacher": "{teacher}",
            "guardian": "{guardian}",
            "client_message_id": "{a_name}",
            "body": "Xin hỏi về cháu",
        },
        in_threads=True,
    ),
)
ORDERS = (
    Order("move the pointers", "socket", "message.read", _reading, fields={"read_seq": 1}),
    Order("post", "socket", "message.post", _writing, fields={"client_message_id": "{a_name}", "body": "Dạ vâng"}),
    Order(
        "change one's own", "socket", "message.edit", _changing_own, fields={"seq": "{own_by_socket}", "body": "Sửa"}
    ),
    Order("take back one's own", "socket", "message.remove", _taking_back_own, fields={"seq": "{own_by_socket}"}),
    Order(
        *("change another's", "socket", "message.edit", _changing_others),
        fields={"seq": "{others_by_socket}", "body": NOT_MINE},
    ),
    Order(
        *("react to another's", "socket", "message.react", _reacting),
        fields={"seq": "{others_by_socket}", "kind": "like"},
    ),
    Order("vote", "socket", "poll.vote", _voting, fields={"seq": "{others_by_socket}", "options": [1]}),
    Order(
        *("take back another's", "socket", "message.remove", _taking_back_others), fields={"seq": "{others_by_socket}"}
    ),
    Order("tell that one writes", "socket", "typing", _typing),
    Order("tell that one is here", "socket", "presence", _being_here, fields={"here": True}),
)
# One question answers for every room at once.
LIST = Deed("see", "list", "GET api/rooms", _listed)
ARCHIVE = Deed("see", "archive", "GET api/rooms/archived", _archived)
CONTACTS = Deed("find", "contacts", "GET api/rooms/contacts", _contact, in_threads=True)
SYNC = Deed("catch up", "sync", "POST api/sync", _caught_up)
RESUME = Deed("catch up", "resume", "room.resume", _caught_up)
HELLO = Deed("follow", "hello", "socket", _followed)
POLL_HEADS = Deed("follow", "poll", "POST api/poll", _followed)
POLL_ROOMS = Deed("catch up", "poll", "POST api/poll", _caught_up)
HEAR = Deed("hear", "live event", "socket", _hearing, when_closed=NOTHING)
PUSH = Deed("be told", "push", "delivery", _told, when_closed=NOTHING)
# Not asked by the subject but about them, by the head of all: of one room, and of all of them.
WHY = Deed("be explained", "why", "GET api/rights/why", _explained, when_closed="")
WHY_ALL = Deed(
    *("be explained", "page of the person", "GET api/people/<int:person>/rooms"), _explained_at_once, when_closed=""
)

DEEDS: tuple[Deed, ...] = (
    *OPENING,
    *REQUESTS,
    *ORDERS,
    *(LIST, ARCHIVE, CONTACTS, SYNC, RESUME, HELLO, POLL_HEADS, POLL_ROOMS, HEAR, PUSH, WHY, WHY_ALL),
)
