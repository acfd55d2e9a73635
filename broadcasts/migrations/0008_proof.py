import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0007_corrections")]

    operations = [
        migrations.AddField("broadcast", "code", models.CharField(blank=True, max_length=10, null=True, unique=True)),
        migrations.AddField("broadcast", "asks_for_money", models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_key", models.CharField(max_length=44, unique=True)),
                ("sealed_private_key", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "broadcast",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="proof",
                        serialize=False,
                        to="broadcasts.broadcast",
                    ),
                ),
                ("text", models.TextField()),
                ("signature", models.BinaryField(max_length=64)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="broadcasts.signingkey"
                    ),
                ),
            ],
        ),
    ]
