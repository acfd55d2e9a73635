"""How a person signs in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from registry.models.person import Person


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a password is set only for those who sign in with one."""

    def create_user(self, username: str, password: str | None = None, *, person: Person | None = None) -> "Account":
        """A new account with this sign-in name; without a password it opens by an activation code only."""
        account = self.model(username=self.model.normalize_username(username), person=person)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A sign-in. Rights are never here: they follow from `person` and the registry."""

    username = models.CharField(max_length=150, unique=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="account")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="vi")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="registry_account_username_once")]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Device(models.Model):
    """A signed-in browser. Ending it ends its session, its open sockets and its push address."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    # SHA-256 of the session key: the key itself would be a credential at rest.
    session_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
