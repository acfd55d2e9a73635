"""What may be done only by who has just shown that it is them."""

from realtime.errors import ConfirmAgain, SecondFactorMissing
from registry.assurance import Assurance


def require_fresh(assurance: Assurance) -> None:
    """Refuses sessions without a second factor (second_factor_missing), and those in which the last one was given more
    than five minutes ago (confirm_again)."""
    if not assurance.has_second_factor:
        raise SecondFactorMissing
    if not assurance.is_fresh:
        raise ConfirmAgain
