"""The layer of the embedded default does what the stock one does, without looking at everything for each message."""

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from realtime.embedded_layer import EmbeddedChannelLayer


@pytest.mark.parametrize("kind", [InMemoryChannelLayer, EmbeddedChannelLayer])
async def test_a_group_s_members_receive_in_order_and_others_nothing(kind: type[InMemoryChannelLayer]) -> None:
    layer = kind()
    for channel in ("one", "two"):
        await layer.group_add("group", channel)
    await layer.group_add("other", "three")
    for number in range(3):
        await layer.group_send("group", {"number": number})
    for channel in ("one", "two"):
        assert [(await layer.receive(channel))["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive("three"), 0.05)


async def test_a_full_channel_loses_and_the_others_do_not() -> None:
    layer = EmbeddedChannelLayer(capacity=2)
    await layer.group_add("group", "slow")
    for number in range(5):
        await layer.group_send("group", {"number": number})
    assert [(await layer.receive("slow"))["number"] for _ in range(2)] == [0, 1]


async def test_one_who_left_receives_nothing() -> None:
    layer = EmbeddedChannelLayer()
    await layer.group_add("group", "one")
    await layer.group_discard("group", "one")
    await layer.group_send("group", {})
    assert not layer.channels


async def test_a_send_to_2000_does_not_grow_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stock layer walks over all channels at every receipt: 2,000 times 2,000 looks."""
    walks: list[int] = []
    monkeypatch.setattr(InMemoryChannelLayer, "_clean_expired", lambda layer: walks.append(len(layer.channels)))
    layer = EmbeddedChannelLayer()
    for number in range(2_000):
        await layer.group_add("group", f"channel{number}")
    await layer.group_send("group", {"text": "x"})
    for number in range(2_000):
        assert await layer.receive(f"channel{number}") == {"text": "x"}
    assert len(walks) < 20
