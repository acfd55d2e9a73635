"""Orders that wait together are answered together, where their command can do it; each still gets its own answer."""

from realtime.answering import Answered, answer, answer_all, ok
from realtime.commands import Again, Alone, Asked, Command
from realtime.database import in_database
from realtime.together import Together

# How often something locked is tried with the next group before it waits by itself, in a thread of its own.
TRIES = 3


class Groups:
    """Answers orders in database threads: with others of their kind first, by themselves where that does not do."""

    def __init__(self) -> None:
        self._groups: dict[str, Together[Asked, Answered]] = {}

    async def answer(self, command: Command, asked: Asked) -> Answered:
        """The finished answer; raises what the handler raises."""
        if not command.needs_database:
            return ok(asked.order, await command.handler(asked.person, asked.order))  # type: ignore[misc]
        for _try in range(TRIES if command.group else 0):
            try:
                return await self._group(command).ask(asked)
            except Again:
                continue
            except Alone:
                break
        return await in_database(answer, command, asked)

    def _group(self, command: Command) -> Together[Asked, Answered]:
        name = str(command.order.__struct_config__.tag)
        found = self._groups.get(name)
        if found is None:
            assert command.group is not None
            found = self._groups[name] = Together(answer_all(command.group), at_once=command.at_once)
        return found
