"""Django's entry for this app."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """One referral, from its first page to its packs."""

    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the people pages what somebody who leaves would leave behind, and match whoever signs in."""
        from functools import partial

        from django.contrib.auth.signals import user_logged_in

        from accounts import delivering, leaving
        from accounts.models import Delivery
        from referrals import outbox
        from referrals.actions import leads
        from referrals.models import Job
        from referrals.queries import drafts_left_behind
        from referrals.web.sign_in import match_at_sign_in

        cure = "Nobody else can open them until their author shares them; they are kept for 28 days."
        user_logged_in.connect(match_at_sign_in, dispatch_uid="referrals.match_at_sign_in")
        delivering.hurry_with(Delivery.Kind.NOTICE, partial(outbox.hurry, Job.Kind.EMAIL_NOTICE))
        leaving.count_with("Drafts not sent", cure, drafts_left_behind)
        leaving.hand_on_with(leads.hand_on)
