import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BlindToken",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("name", "Part of a name"), ("birth", "Date of birth"), ("handle", "Account name")],
                        max_length=10,
                    ),
                ),
                ("token", models.CharField(max_length=64)),
                ("child_key", models.CharField(blank=True, max_length=40)),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blind_tokens",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "token"], name="referrals_blind_token")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "kind", "token", "child_key"), name="referrals_blind_token_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["name", "birth", "handle"])),
                        name="referrals_blind_token_valid_kind",
                    ),
                ],
            },
        ),
    ]
