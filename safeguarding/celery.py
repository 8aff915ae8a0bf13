"""The Celery application.

Celery only executes. What must be done is remembered in the database's outbox, so a message is a hint: it
carries a job's id and nothing else, and losing it costs a delay, never the job.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safeguarding.settings")

app = Celery("safeguarding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
