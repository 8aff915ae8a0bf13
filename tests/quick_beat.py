"""The portal's settings with a beat that comes round each second, for tests that start it as a process of its own."""

from safeguarding.settings import *  # noqa: F403
from safeguarding.settings import CELERY_BEAT_SCHEDULE as _SCHEDULE

CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1, "options": {"expires": 10}}
    for name, entry in _SCHEDULE.items()
    if entry["task"] in ("casework.remind", "referrals.sweep")
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
