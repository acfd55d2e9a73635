from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]

    operations = [
        migrations.AddField(
            "dispatch", "channel", models.CharField(blank=True, db_default="", default="", max_length=16)
        ),
    ]
