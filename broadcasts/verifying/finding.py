"""A notice by its code, and how much of it is for everybody."""

from dataclasses import dataclass

from broadcasts.content import STAFF_ONLY
from broadcasts.models import Broadcast, Proof
from broadcasts.selection import kept_selection
from broadcasts.verifying import codes
from broadcasts.verifying.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Found:
    """A genuine notice, what became of it, and whether more than its head is for everybody."""

    proof: Proof
    standing: Standing
    is_public: bool

    @property
    def broadcast(self) -> Broadcast:
        """The notice itself."""
        return self.proof.broadcast


def found(typed: str) -> Found | None:
    """The notice of this code; None where there is none, and for what cannot be a code: nobody is told which."""
    code = codes.read(typed)
    proof = (
        Proof.objects.select_related("broadcast__superseded_by", "key").filter(broadcast__code=code).first()
        if code
        else None
    )
    return Found(proof, standing_of(proof.broadcast), is_public(proof.broadcast)) if proof else None


def is_public(broadcast: Broadcast) -> bool:
    """Whether its title and text may be told to whoever has the code: it went to families or pupils of a whole school or more.
    What is for one class, for some classes, for staff alone or for those who have not answered is theirs."""
    chosen = kept_selection(broadcast.audience)
    return not (
        broadcast.audience_class_id
        or chosen.classes
        or list(chosen.followed())
        or {*broadcast.roles} <= {role.value for role in STAFF_ONLY}
    )
