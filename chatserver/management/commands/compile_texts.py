"""manage.py compile_texts: make the translations ready to use."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chatserver.texts import compile_texts


class Command(BaseCommand):
    help = "Compiles chatserver/locale/*.po to .mo, where the .mo is missing or older."
    # The texts may be what is missing.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a file, nothing when all are current."""
        for folder in settings.LOCALE_PATHS:
            for po in compile_texts(folder):
                self.stdout.write(f"compiled {po.relative_to(settings.BASE_DIR)}")
