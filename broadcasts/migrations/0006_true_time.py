from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0005_ladder")]

    operations = [
        migrations.AddField("receipt", "recorded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("acknowledgement", "recorded_at", models.DateTimeField(blank=True, null=True)),
    ]
