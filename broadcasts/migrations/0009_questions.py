import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("broadcasts", "0008_proof"),
        ("registry", "0003_sources_and_overrides"),
        ("rooms", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=500)),
                ("answer", models.TextField()),
                ("published_at", models.DateTimeField()),
                ("client_answer_id", models.UUIDField()),
                ("content_digest", models.BinaryField(max_length=32)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("broadcast", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="public_answers", to="broadcasts.broadcast")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person")),
                ("school_class", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.schoolclass")),
                ("unit", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.org")),
                ("withdrawn_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person")),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("answer", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="broadcasts.publicanswer")),
                ("asker", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person")),
                ("broadcast", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="broadcasts.broadcast")),
                ("message", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.message")),
                ("placed_with", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="broadcasts.question")),
                ("room", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="rooms.room")),
                ("school_class", models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.schoolclass")),
                ("student", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person")),
                ("unit", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.org")),
            ],
        ),
        migrations.AddConstraint(
            model_name="publicanswer",
            constraint=models.UniqueConstraint(models.F("by"), models.F("client_answer_id"), name="broadcasts_answer_named_once"),
        ),
    ]
