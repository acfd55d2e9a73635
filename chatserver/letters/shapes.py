"""What comes in and goes out about letters."""

from typing import Any

from rest_framework import serializers

from chatserver.letters.addressees import State
from chatserver.signin.serializers import ActivationChild, Closed


class PrintIn(Closed):
    """Whose letters; without `people` those of everybody who has neither an account nor an open letter."""

    people = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=2_000)
    again = serializers.BooleanField(default=False)


class TakeBackIn(Closed):
    person = serializers.IntegerField(min_value=1)


class AddresseeOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    is_pupil = serializers.BooleanField()
    children = ActivationChild(many=True)
    state = serializers.ChoiceField(choices=[state.value for state in State])
    printed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


class ClassOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    people = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())


class LettersOut(serializers.Serializer[Any]):
    """A school with how far each class is; a class with its people, too."""

    school = serializers.IntegerField()
    school_name = serializers.CharField()
    people = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    classes = ClassOut(many=True)
    addressees = AddresseeOut(many=True)
