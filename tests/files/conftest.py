"""A teacher at her browser."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.invariants.test_doors import signed_in


@pytest.fixture
def lan(cast: Cast) -> Client:
    """She may send to her class, and so may upload."""
    return signed_in(cast, "lan")
