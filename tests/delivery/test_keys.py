"""One push key an installation, however many processes start at once; useless without SECRET_KEY."""

import threading

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from delivery.keys import application_server_key, key_pair
from delivery.models import PushKey


def test_the_key_stays(db: None) -> None:
    assert application_server_key() == application_server_key() == key_pair().application_server_key
    assert load_pem_private_key(key_pair().private_pem, password=None)


def test_processes_that_start_at_once_agree(transactional_db: None) -> None:
    keys: set[str] = set()
    together = threading.Barrier(6)

    def start() -> None:
        together.wait()
        keys.add(application_server_key())
        connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == PushKey.objects.count() == 1


def test_the_database_alone_holds_no_usable_key(db: None, settings) -> None:
    pem = key_pair().private_pem
    sealed = bytes(PushKey.objects.get().sealed_private_key)
    assert pem not in sealed
    assert b"PRIVATE" not in sealed

    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret, that this database was not written with"
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        key_pair()
    settings.SECRET_KEY_FALLBACKS = [former]
    assert key_pair().private_pem == pem
