"""What comes in and goes out about the journal (docs/protocol.md 4.0f)."""

from typing import Any

from rest_framework import serializers

from chatserver.journal.groups import GROUPS
from chatserver.me import OrgRefOut
from chatserver.rights.serializers import IdField


class JournalIn(serializers.Serializer[Any]):
    """`before` is the last line of the page before; days as in Vietnam, both within."""

    org = IdField(required=False)
    group = serializers.ChoiceField(choices=list(GROUPS), required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    before = IdField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class ColleagueOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.CharField(allow_blank=True)


class AboutOut(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="broadcast, person, draft, sync_run, ...; empty: nothing in particular")
    id = serializers.IntegerField()
    title = serializers.CharField(allow_null=True, help_text="Of a notice its title, of a person the name")


class FactsOut(serializers.Serializer[Any]):
    people = serializers.IntegerField(allow_null=True)


class LineOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    act = serializers.CharField()
    org = OrgRefOut(allow_null=True)
    by = ColleagueOut(allow_null=True)
    by_id = serializers.IntegerField(allow_null=True)
    about = AboutOut()
    facts = FactsOut()
    digest = serializers.CharField()


class JournalOut(serializers.Serializer[Any]):
    lines = LineOut(many=True)
    complete = serializers.BooleanField()
