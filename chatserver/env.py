"""Reads settings from the environment: a missing or odd value stops the start with the remedy in the message."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")


def data_dir() -> Path:
    """The folder for everything this installation keeps beside its database; made if it is not there."""
    folder = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret(name: str, *, embedded: bool) -> str:
    """The secret NAME (or the file that NAME_FILE points to). The embedded default makes its own on the first start."""
    value: str = env.str(name, default="")
    if value:
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} must have at least 32 characters. Make one: openssl rand -base64 48")
        return value
    if not embedded:
        raise ImproperlyConfigured(f"{name} is not set. Set it, or {name}_FILE, to: openssl rand -base64 48")
    return _kept_secret(data_dir() / f"{name.lower()}.txt")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        # Made under another name first: two commands starting at once must end with the same secret.
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            fresh.unlink()
            return path.read_text()
        fresh.unlink()
    return path.read_text()
