import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("broadcasts", "0004_cascade"),
        ("registry", "0003_sources_and_overrides"),
    ]
    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='ends_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('org', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='registry.org')),
                ('rows', models.JSONField(default=dict)),
                ('quiet_from', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('quiet_to', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('locked', models.JSONField(default=list)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person')),
            ],
        ),
        migrations.CreateModel(
            name='HomePush',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('household', models.BigIntegerField()),
                ('day', models.DateField()),
                ('digest_on', models.DateField(blank=True, null=True)),
                ('broadcast', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='home_pushes', to='broadcasts.broadcast')),
                ('person', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registry.person')),
            ],
            options={
                'indexes': [models.Index(fields=['household', 'day'], name='broadcasts__househo_f48d10_idx'), models.Index(condition=models.Q(('digest_on__isnull', False)), fields=['digest_on', 'person'], name='broadcasts_homepush_digest'), models.Index(fields=['day'], name='broadcasts__day_1f8bcc_idx')],
                'constraints': [models.UniqueConstraint(models.F('broadcast'), models.F('person'), name='broadcasts_homepush_once')],
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=12)),
                ('action', models.CharField(max_length=12)),
                ('to', models.CharField(max_length=8)),
                ('after', models.PositiveIntegerField()),
                ('due_at', models.DateTimeField()),
                ('told_by', models.CharField(blank=True, default='', max_length=12)),
                ('broadcast', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='broadcasts.broadcast')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('broadcast'), models.F('side'), models.F('action'), models.F('after'), name='broadcasts_rung_once')],
            },
        ),
    ]
