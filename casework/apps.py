"""Django's entry for this app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """What happens to a referral once it has been received."""

    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the people pages what somebody who leaves would leave behind, and the outbox who sends reminders."""
        from accounts import leaving
        from casework.actions import reminding
        from casework.queries.cases import cases_left_behind
        from referrals.actions import jobs
        from referrals.models import Job

        cure = "Have the hub’s manager give them back to the queue."
        leaving.count_with("Cases they have taken", cure, cases_left_behind)
        jobs.do_with(Job.Kind.EMAIL_REMINDER, reminding.email_reminder)
