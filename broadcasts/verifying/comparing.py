"""Whether a text that somebody was sent is the notice, and where it first is not."""

from collections.abc import Iterable
from dataclasses import dataclass

from broadcasts.models import Broadcast
from broadcasts.verifying.sharing import flat, forms_of

# So much is shown of what differs, and so much before and after it.
LONGEST, AROUND = 200, 60


@dataclass(frozen=True, slots=True)
class Comparison:
    """`pasted` stands where the notice has `original`, between words that both have. A `part` is in the notice word by word,
    but not the whole of it."""

    matches: bool
    before: str = ""
    pasted: str = ""
    original: str = ""
    after: str = ""
    is_part: bool = False


def compare(broadcast: Broadcast, pasted: str) -> Comparison:
    """The pasted text against the notice: it is the notice, whole and unchanged, or it is not."""
    said, forms = flat(pasted), forms_of(broadcast)
    if said in forms:
        return Comparison(matches=True)
    nearest, start, end = _nearest(said, forms)
    return Comparison(
        matches=False,
        before=_last(said[:start]),
        pasted=_shortened(said[start : len(said) - end]),
        original=_shortened(nearest[start : len(nearest) - end]),
        after=_first(said[len(said) - end :]),
        is_part=bool(said) and any(said in form for form in forms),
    )


def _nearest(said: str, forms: Iterable[str]) -> tuple[str, int, int]:
    """The form that has the most in common with it at both ends, and how much, in whole words."""
    common = [(form, *_in_common(said, form)) for form in forms]
    return max(common, key=lambda one: (one[1] + one[2], -len(one[0])))


def _in_common(one: str, other: str) -> tuple[int, int]:
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    start = _word_start(one, other, start)
    most = shorter - start
    end = next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)
    return start, _word_end(one, other, end)


def _word_start(one: str, other: str, at: int) -> int:
    """The place itself where both begin a word there; otherwise where the word begins that they have begun."""
    return at if _begins(one, at) and _begins(other, at) else one.rfind(" ", 0, at) + 1


def _begins(text: str, at: int) -> bool:
    return at == 0 or at == len(text) or text[at - 1] == " "


def _word_end(one: str, other: str, length: int) -> int:
    tail = one[len(one) - length :]
    if _ends(one, length) and _ends(other, length):
        return length
    cut = tail.find(" ")
    return len(tail) - cut if cut >= 0 else 0


def _ends(text: str, length: int) -> bool:
    at = len(text) - length
    return length in (0, len(text)) or " " in (text[at], text[at - 1])


def _last(text: str) -> str:
    return text if len(text) <= AROUND else "…" + text[-AROUND:].partition(" ")[2]


def _first(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND].rpartition(" ")[0] + "…"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
