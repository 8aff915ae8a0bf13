from django.db import migrations

from casework.models import signed_guard


def install(apps, schema_editor):
    signed_guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    signed_guard.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_strategy_discussions")]

    operations = [migrations.RunPython(install, remove)]
