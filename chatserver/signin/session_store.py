"""Sessions in the database under the hash of their key, as devices are: neither table holds anything that signs in."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from registry.sessions import hash_of


class SessionStore(DatabaseStore):
    """Django's database sessions; only the row's name differs. A session can be ended by whoever knows its hash."""

    @property
    def row(self) -> str:
        return hash_of(self.session_key or "")

    def load(self) -> dict[str, Any]:
        """The session's data; nothing, and no key, when the row is gone or over."""
        found = Session.objects.filter(session_key=self.row, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found.session_data)

    def exists(self, session_key: str) -> bool:
        """Whether a session with this key is there."""
        return super().exists(hash_of(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to save, under its hashed name."""
        instance = super().create_model_instance(data)
        instance.session_key = hash_of(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        """Removes the session's row."""
        key = session_key or self.session_key
        if key is not None:
            end_session(hash_of(key))


def end_session(session_hash: str) -> None:
    """Whoever holds this session's cookie is signed out with the next request."""
    Session.objects.filter(session_key=session_hash).delete()
