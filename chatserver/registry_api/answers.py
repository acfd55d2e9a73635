"""How a run is answered with, whatever was ordered."""

from collections.abc import Callable
from typing import Any

from rest_framework import status
from rest_framework.response import Response

from chatserver.registry_api import shown, work
from chatserver.registry_api.errors import NotWaiting, SecondPersonWanted
from chatserver.registry_api.serializers import RunDetailOut, run_detail
from registry.models import SyncRun
from registry.sync import holding

RUN = {202: RunDetailOut}


def run_answer(run: SyncRun) -> dict[str, Any]:
    """Run, with what may be ordered now."""
    return run_detail(run, may=shown.orders(run))


def accepted(run: SyncRun) -> Response:
    """Something has begun: ask for the run until its state is no longer `received`."""
    return Response(run_answer(run), status=status.HTTP_202_ACCEPTED)


def decided(decide: Callable[[], SyncRun]) -> SyncRun:
    """The run as somebody decided about it; refuses where it does not wait for that."""
    try:
        return decide()
    except holding.Undecidable as undecidable:
        raise (SecondPersonWanted if undecidable.code == "second_person_wanted" else NotWaiting)() from None


def carried_out(run: SyncRun) -> Response:
    """The run, whose applying begins if that was decided."""
    if run.state == SyncRun.State.RECEIVED:
        work.begin_carrying_out(run)
    return accepted(run)
