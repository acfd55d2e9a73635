import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_sources_and_overrides")]

    operations = [
        migrations.AddField(
            "auditline",
            "org",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="registry.org",
            ),
        ),
        migrations.AddIndex(
            "auditline",
            models.Index(
                condition=models.Q(("org__isnull", False)), fields=["org", "-id"], name="registry_auditline_journal"
            ),
        ),
    ]
