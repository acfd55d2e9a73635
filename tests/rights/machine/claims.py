"""Who names whom in a source's rows, and which of it is in force (registry rules 5.2: in a delta "removed" wins, in a bulk
package it is enough that one side says so; what somebody said holds until their own row says otherwise)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Pair = frozenset[str]


@dataclass(slots=True)
class Claims:
    """`said`: the speakers of each pair that were ever linked. `over`: pairs of which nothing is in force."""

    said: dict[Pair, set[str]] = field(default_factory=dict)
    over: set[Pair] = field(default_factory=set)

    def copy(self) -> "Claims":
        """As they are now; a pair's speakers are never changed in place."""
        return Claims(dict(self.said), set(self.over))

    def hear(
        self,
        rows: Mapping[str, Collection[str]],
        *,
        is_delta: bool,
        there: Collection[str],
        returning: Collection[str],
    ) -> None:
        """Take in the user rows of a package: speaker and whom they name. `there` are the people after it."""
        named = {
            frozenset({speaker, other}) for speaker, others in rows.items() for other in others if other != speaker
        }
        for pair in {*self.said, *named}:
            before = self.said.get(pair, set())
            said = {each for each in pair if each in there and self._says(each, pair, before, rows)}
            if pair not in self.said and not all(each in there for each in pair):
                # Of somebody who is nowhere nothing is noted.
                continue
            is_over = self._is_over(pair, before, said, rows, is_delta=is_delta, returning=returning)
            self.said[pair] = said
            if is_over or not said or not all(each in there for each in pair):
                self.over.add(pair)
            else:
                self.over.discard(pair)

    def _says(self, speaker: str, pair: Pair, before: set[str], rows: Mapping[str, Collection[str]]) -> bool:
        (other,) = pair - {speaker}
        return other in rows[speaker] if speaker in rows else speaker in before

    def _is_over(
        self,
        pair: Pair,
        before: set[str],
        said: set[str],
        rows: Mapping[str, Collection[str]],
        *,
        is_delta: bool,
        returning: Collection[str],
    ) -> bool:
        if pair not in self.over:
            return is_delta and any(each in rows for each in before - said)
        news = said & rows.keys() - (before if is_delta else set())
        return not news and not any(each in returning for each in pair)

    def in_force(self) -> Iterable[tuple[Pair, set[str]]]:
        """Each pair of which something is in force, and who says it."""
        return ((pair, said) for pair, said in self.said.items() if pair not in self.over)
