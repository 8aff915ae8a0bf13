"""Django's entry for this app."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate
from django.utils import timezone


class CaseworkConfig(AppConfig):
    """What happens to a referral once it has been received."""

    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the people pages what somebody who leaves would leave behind, and the outbox who sends reminders."""
        from accounts import leaving
        from casework.actions import asking, queue, reminding
        from casework.queries.cases import cases_left_behind
        from referrals.actions import correspondence, jobs, watching
        from referrals.models import Job

        cure = "Have the hub’s manager give them back to the queue."
        leaving.count_with("Cases they have taken", cure, cases_left_behind)
        jobs.do_with(Job.Kind.EMAIL_REMINDER, reminding.email_reminder)
        watching.watch_with(queue.refresh)
        correspondence.when_answered(asking.move_on_answer)
        post_migrate.connect(_fill_queue, sender=self)


def _fill_queue(using: str, plan: Sequence[tuple[Any, bool]] = (), **_: Any) -> None:
    """After the upgrade that brings the queue: no case that was sent before is missing from it."""
    from casework.actions import queue

    brings = any(each.app_label == "casework" and each.name.endswith("_queue") and not back for each, back in plan)
    if brings and using == DEFAULT_DB_ALIAS:
        queue.make_missing(by=None, at=timezone.now())
