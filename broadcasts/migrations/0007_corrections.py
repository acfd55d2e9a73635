import django.db.models.deletion
from django.db import migrations, models

HOW = [("dinh_chinh", "Đính chính"), ("thay_the", "Thay thế"), ("thu_hoi", "Thu hồi")]
OWN = {"blank": True, "null": True, "on_delete": django.db.models.deletion.PROTECT, "to": "broadcasts.broadcast"}
WORD = {"blank": True, "choices": HOW, "db_default": "", "default": "", "max_length": 12}


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0006_true_time")]

    operations = [
        migrations.AddField("broadcast", "corrects", models.OneToOneField(related_name="correction", **OWN)),
        migrations.AddField("broadcast", "correction_how", models.CharField(**WORD)),
        migrations.AddField("broadcast", "first", models.ForeignKey(related_name="versions", **OWN)),
        migrations.AddField("broadcast", "version", models.PositiveSmallIntegerField(db_default=1, default=1)),
        migrations.AddField("broadcast", "superseded_by", models.ForeignKey(related_name="+", **OWN)),
        migrations.AddField("broadcast", "superseded_how", models.CharField(**WORD)),
        migrations.AddField("broadcast", "superseded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("receipt", "is_spared", models.BooleanField(db_default=False, default=False)),
    ]
