"""What people do with drafts, without a browser between: for tests of many orders."""

from django.utils import timezone

from registry.assurance import Assurance
from registry.models import Person


def sure(person: Person) -> Assurance:
    """A session of this person's own browser, confirmed just now."""
    return Assurance(has_second_factor=True, confirmed_at=timezone.now(), browser=f"browser-of-{person.pk}")
