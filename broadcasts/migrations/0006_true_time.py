from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0004_cascade")]

    operations = [
        migrations.AddField("receipt", "recorded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("acknowledgement", "recorded_at", models.DateTimeField(blank=True, null=True)),
    ]
