"""An id that no database holds names nothing: the answer is the one for what is not there, never a bug."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.invariants.test_doors import METHODS, TUS, doors, signed_in


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_an_id_that_is_too_large_is_not_found(cast: Cast, number: int) -> None:
    client: Client = signed_in(cast, "lan")
    for door in doors(dict.fromkeys(("room", "seq", "broadcast", "device"), number)):
        if not door.takes_id:
            continue
        for method in METHODS:
            answer = client.generic(
                method, door.path, b'{"body": "x", "students": []}', content_type="application/json", headers=TUS
            )
            assert answer.status_code in {400, 403, 404, 405}, f"{method} {door.path} answered {answer.status_code}"
