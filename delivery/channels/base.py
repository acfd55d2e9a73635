"""What a way of delivering answers. A new way is one new file in this folder."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Self

from delivery.sources import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one person can be told something. `service` is who carries it there: one that fails is given a rest."""

    id: int
    person_id: int
    language: str
    service: str


class Fault(Enum):
    """What a failure means for what comes next."""

    TRY_AGAIN = "try again"
    # A no to this notice; the same one again would get the same.
    PERMANENT = "permanent"
    # Nor will the address take another one.
    GONE = "gone"
    # The service refuses us: an operator has to look.
    OURS = "ours"
    # The service as a whole is down or too slow.
    SERVICE = "service"


class DeliveryError(Exception):
    """Not delivered. `code` is ours, never the service's words: they may quote what was sent.

    `retry_after`: seconds that the service asked for.
    """

    def __init__(self, code: str, *, fault: Fault = Fault.TRY_AGAIN, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.fault = fault
        self.retry_after = retry_after

    @property
    def permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self.fault in {Fault.PERMANENT, Fault.GONE}


class DeliveryChannel(ABC):
    """A way of delivering. Everything but `send` is called in a database thread; `send` without any database."""

    slug: ClassVar[str]
    # Used only by what names it: each message costs money, say.
    on_request: ClassVar[bool] = False
    registered: ClassVar[dict[str, type["DeliveryChannel"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        DeliveryChannel.registered[cls.slug] = cls

    @abstractmethod
    async def __aenter__(self) -> Self:
        """Opens what `send` needs."""

    @abstractmethod
    async def __aexit__(self, *_: object) -> None:
        """Closes it."""

    @abstractmethod
    def prepare(self) -> None:
        """Reads keys and settings, once, before the first `send`; raises if delivery cannot work with them."""

    @abstractmethod
    def addresses_of(self, person_ids: Collection[int]) -> list[tuple[int, int]]:
        """(person, number of the address) of every address of these people, by that number."""

    @abstractmethod
    def addresses(self, ids: Collection[int]) -> dict[int, Address]:
        """These addresses as they are now, each with the person it belongs to now; ended ones are missing."""

    @abstractmethod
    async def send(self, address: Address, notice: Notice) -> None:
        """Hands the notice to the service; a DeliveryError if it was not taken."""

    @abstractmethod
    def record_accepted(self, ids: Collection[int], *, now: dt.datetime) -> None:
        """The service took a notice for these addresses."""

    @abstractmethod
    def record_refused(self, ids: Collection[int], *, now: dt.datetime) -> None:
        """The service refused us (our fault) for these addresses."""

    @abstractmethod
    def forget(self, ids: Collection[int]) -> None:
        """These addresses are gone."""
