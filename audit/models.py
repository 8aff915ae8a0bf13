from typing import Any, ClassVar, NoReturn

from django.db import models

from audit.personal_data import PersonalData


class AppendOnlyError(Exception):
    """Somebody tried to change or remove an audit event. Write a further event that corrects it instead."""


class EventQuerySet(models.QuerySet["Event"]):
    """Reading only: events are written by ``audit.record.record_event`` and never changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("Audit events are never changed: record a further event that says what was wrong.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("Audit events are never deleted.")

    def about(self, subject: models.Model) -> "EventQuerySet":
        """The events whose subject is this row."""
        return self.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))


class Event(models.Model):
    """One thing done or read, by whom and when: opaque identifiers and codes only, never a name or a narrative.

    ``by_id`` and ``subject_id`` are text, not foreign keys: the record outlives what it speaks of, and this
    app stands below all others. Apart from the primary key no column is unique, because on SQLite
    ``INSERT OR REPLACE`` on a second unique column would remove the older event without a DELETE.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "sequence": PersonalData.NONE,
        "at": PersonalData.NONE,
        "event": PersonalData.NONE,
        "by_id": PersonalData.LINK,
        "by_role": PersonalData.NONE,
        "subject_kind": PersonalData.NONE,
        "subject_id": PersonalData.LINK,
        "detail": PersonalData.LINK,
        "previous_mac": PersonalData.NONE,
        "mac": PersonalData.NONE,
    }

    sequence = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=80)
    by_id = models.CharField(max_length=64, db_index=True)
    by_role = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    previous_mac = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_event_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="audit_event_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.event}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"Audit event {self.sequence} is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"Audit event {self.sequence} is never deleted.")
