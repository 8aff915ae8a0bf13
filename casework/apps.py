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
        from functools import partial

        from accounts import delivering, leaving
        from accounts.models import Delivery
        from casework.actions import (
            asking,
            consultations,
            digesting,
            exporting,
            following,
            handing_on,
            link_alerts,
            queue,
            reminding,
        )
        from casework.queries import strategy_tasks
        from casework.queries.cases import cases_left_behind, given_cases
        from referrals import outbox
        from referrals.actions import correspondence, jobs, routed_again, search_index, watching
        from referrals.models import Job, visibility

        cure = "They go to a manager of the unit who may see them; what nobody may have, back to the queue."
        leaving.hand_on_with(handing_on.hand_on)
        leaving.count_with("Cases they have taken", cure, cases_left_behind)
        leaving.count_with(
            "Strategy discussions they chair", "They go to somebody of the unit who may chair, if there is one.",
            strategy_tasks.chaired_left_behind,
        )  # fmt: skip
        leaving.count_with(
            "Actions agreed at strategy discussions", "They go to the chair; of a signed record managers are reminded.",
            strategy_tasks.actions_left_behind,
        )  # fmt: skip
        leaving.count_with(
            "Invitations to strategy discussions", "Have the chair invite somebody else of their agency.",
            strategy_tasks.invitations_left_behind,
        )  # fmt: skip
        jobs.do_with(Job.Kind.EMAIL_REMINDER, reminding.email_reminder)
        jobs.do_with(Job.Kind.EMAIL_DIGEST, digesting.email_digest)
        delivering.hurry_with(Delivery.Kind.REMINDER, partial(outbox.hurry, Job.Kind.EMAIL_REMINDER))
        delivering.hurry_with(Delivery.Kind.DIGEST, partial(outbox.hurry, Job.Kind.EMAIL_DIGEST))
        jobs.do_with(Job.Kind.LOOK_FOR_LINKS, link_alerts.look)
        jobs.do_with(Job.Kind.EXPORT_CASE, exporting.make)
        watching.watch_with(queue.refresh)
        search_index.rebuild_also(consultations.index_anew)
        correspondence.when_answered(asking.move_on_answer)
        routed_again.when_routed_again(following.follow_routing)
        visibility.given_with(given_cases)
        post_migrate.connect(_fill_queue, sender=self)


def _fill_queue(using: str, plan: Sequence[tuple[Any, bool]] = (), **_: Any) -> None:
    """After the upgrade that brings the queue: no case that was sent before is missing from it."""
    from casework.actions import queue

    brings = any(each.app_label == "casework" and each.name.endswith("_queue") and not back for each, back in plan)
    if brings and using == DEFAULT_DB_ALIAS:
        queue.make_missing(by=None, at=timezone.now())
