"""The Celery application.

Celery only executes. What must be done is remembered in the database's outbox, so a message is a hint: it
carries a job's id and nothing else, and losing it costs a delay, never the job.
"""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safeguarding.settings")

app = Celery("safeguarding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def say_ready(**_: object) -> None:
    """Leave a mark for the run command when the worker can take jobs."""
    mark = os.environ.get("PORTAL_WORKER_READY_FILE")
    if mark:
        Path(mark).touch()
