from typing import Any

from django.db import migrations, models

AT_ONCE = 1_000


def mark_handed(apps: Any, schema_editor: Any) -> None:
    """What was handed to a colleague so far: the audit trail says so."""
    lines = apps.get_model("registry", "AuditLine").objects.filter(act="node.hand_over")
    node = apps.get_model("broadcasts", "Node")
    handed = sorted({int(subject.removeprefix("node:")) for subject in lines.values_list("subject", flat=True)})
    for start in range(0, len(handed), AT_ONCE):
        node.objects.filter(pk__in=handed[start : start + AT_ONCE]).update(is_handed=True)


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0009_questions"), ("registry", "0004_journal")]

    operations = [
        migrations.AddField("node", "is_handed", models.BooleanField(db_default=False, default=False)),
        migrations.RunPython(mark_handed, migrations.RunPython.noop),
    ]
