"""A worker, a push service and everybody's phones, as the ladder's tests have them."""

from tests.broadcasts.ladder.conftest import phones, service, work

__all__ = ["phones", "service", "work"]
