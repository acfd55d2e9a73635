"""Questions that ask the same, put together: by the words that they share, nothing cleverer, and always the same way. What
somebody moved by hand stays where they put it."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from broadcasts.models import Question
from registry.text import fold

# This much of the shorter question's words has to be in the longer one, and at least so many of them.
SHARE, LEAST = 0.6, 2
# Folded: words by which people are polite, point at each other and build a question, whatever it is about.
_COMMON = frozenset(
    re.findall(
        "[a-z]+",
        """a ah ai anh ay ba bac bao be bi bo cac cai cam can chao chau chi cho chu chua co con cua cung da dang day de den di
        do duoc em gi gia giup ha hay hoi hon khi khong kia la lai lam len lop ma may me minh moi mot muon na nao nay nen neu
        nha nhe nhi nhung no o oi on ong phai phu qua ra rang roi sao se tai tat thay the thi thoi thu toi trong tu va vay ve
        vi voi vua xin y hoc sinh huynh vang""",
    )
)


@dataclass(slots=True)
class Group:
    """Questions that one answer may settle; the first asked leads."""

    questions: list[Question] = field(default_factory=list)

    @property
    def lead(self) -> Question:
        """The first of them that was asked."""
        return self.questions[0]


def grouped(questions: Sequence[tuple[Question, str, Hashable]]) -> list[Group]:
    """Groups of these questions (each with its text and for whom it could be answered), in the order given. Never across
    places: one answer is for one of them."""
    groups: list[tuple[Group, Hashable, frozenset[str]]] = []
    of: dict[int, Group] = {}
    by_hand: list[tuple[Question, Hashable]] = []
    for question, text, place in questions:
        if question.placed_with_id not in {None, question.pk}:
            by_hand.append((question, place))
            continue
        words = words_of(text)
        alone = question.placed_with_id == question.pk
        found = None if alone else next((one for one, at, its in groups if at == place and alike(words, its)), None)
        if found is None:
            found = Group()
            # A question that was put alone draws no others to it either.
            groups.append((found, place, frozenset() if alone else words))
        found.questions.append(question)
        of[question.pk] = found
    for question, place in by_hand:
        target = of.get(question.placed_with_id or 0)
        if target is None:
            # Whom they were put with has had an answer since; they stay together.
            target = of[question.placed_with_id or 0] = Group()
            groups.append((target, place, frozenset()))
        target.questions.append(question)
        of[question.pk] = target
    for group, _place, _words in groups:
        group.questions.sort(key=lambda one: (one.asked_at, one.pk))
    return sorted((group for group, _place, _words in groups), key=lambda one: (one.lead.asked_at, one.lead.pk))


def words_of(text: str) -> frozenset[str]:
    """What a question is about: its words without tones, without those that every question has."""
    words = frozenset(re.findall(r"[a-z0-9]+", fold(text)))
    return words - _COMMON or words


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether these are about the same."""
    shared = len(one & other)
    shorter = min(len(one), len(other))
    return shared >= min(LEAST, shorter) and shared >= SHARE * shorter and shorter > 0
