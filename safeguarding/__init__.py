"""The project: settings, addresses, the Celery application and the way the whole portal is started."""

from safeguarding.celery import app as celery_app

__all__ = ["celery_app"]
