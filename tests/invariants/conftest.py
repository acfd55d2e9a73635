"""What the invariants share with the tests of rooms."""

from tests.rooms.conftest import browser, told

__all__ = ["browser", "told"]
