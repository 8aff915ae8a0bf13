"""A notice to one person in the portal; its email says only that there is something to sign in for."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.personal_data import PersonalData
from referrals.models.referral import Referral


class Notice(models.Model):
    """One notice. `kind` says what about; the words are the page's, and nothing of the case stands here."""

    class Kind(models.TextChoices):
        UNSENT_DANGER = "unsent_danger", "A draft about danger has not been sent"
        UNSENT_DANGER_LEAD = "unsent_danger_lead", "A colleague's draft about danger has not been sent"
        DRAFT_EXPIRES = "draft_expires", "A draft will expire soon"
        DRAFT_SHARED = "draft_shared", "A colleague has shared a draft"
        CONFLICT_BY_NAME = "conflict_by_name", "Somebody is kept away from a case by their name: check that it is them"
        CONFLICT_MENTION = "conflict_mention", "Added detail names somebody with an account: say if it is about them"
        BROKEN_GLASS = "broken_glass", "Somebody outside opened a case: review why"
        REPLY = "reply", "The hub has replied to a referral"
        DISAGREEMENT = "disagreement", "There is something new about a disagreement"
        MESSAGE = "message", "The hub has written to you about a referral"
        QUESTION = "question", "The hub asks for more information about a referral"
        ANSWER = "answer", "A referrer has answered a question"
        TRANSFER = "transfer", "A hub asks yours to take over a case"
        TRANSFER_ANSWERED = "transfer_answered", "A transfer of a case was answered"
        PACK_NOTE = "pack_note", "A hub has written a note for your agency about a pack"
        PARTNER_WROTE = "partner_wrote", "An agency has written to the hub about a case"
        PACK_RETURNED = "pack_returned", "An agency has returned a pack: say who takes it"
        LOOK_AGAIN = "look_again", "The hub asks your agency to look at a returned pack again"
        SAME_CHILD = "same_child", "Two people have raised what may be the same child"
        SEEN_ELSEWHERE = "seen_elsewhere", "Something in a case is also in a case of another unit: ask that unit"

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "to": PersonalData.LINK,
        "kind": PersonalData.NONE,
        "referral": PersonalData.LINK,
        "created_at": PersonalData.NONE,
        "seen_at": PersonalData.NONE,
        "emailed_at": PersonalData.NONE,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="notices")
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    seen_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    emailed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to"], condition=Q(seen_at__isnull=True), name="referrals_notice_unseen"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["to", "kind", "referral"],
                condition=Q(seen_at__isnull=True),
                name="referrals_notice_once_until_seen",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "unsent_danger",
                        "unsent_danger_lead",
                        "draft_expires",
                        "draft_shared",
                        "conflict_by_name",
                        "conflict_mention",
                        "broken_glass",
                        "reply",
                        "disagreement",
                        "message",
                        "question",
                        "answer",
                        "transfer",
                        "transfer_answered",
                        "pack_note",
                        "partner_wrote",
                        "pack_returned",
                        "look_again",
                        "same_child",
                        "seen_elsewhere",
                    ]
                ),
                name="referrals_notice_valid_kind",
            ),
        ]

    @property
    def is_about_case(self) -> bool:
        """Whether it is for those who work on the case, not for who wrote or leads the referral."""
        return self.kind in (self.Kind.CONFLICT_BY_NAME, self.Kind.CONFLICT_MENTION) or self.is_about_links

    @property
    def is_about_links(self) -> bool:
        """Whether it is that other referrals speak of the same."""
        return self.kind in (self.Kind.SAME_CHILD, self.Kind.SEEN_ELSEWHERE)

    def __str__(self) -> str:
        return f"notice {self.pk}"
