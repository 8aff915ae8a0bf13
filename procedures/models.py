"""The editions that were ever in use, kept whole, so that every routing can be replayed."""

from typing import ClassVar

from django.db import models

from audit.personal_data import PersonalData


class PublishedEdition(models.Model):
    """One edition as it was when it came into use: its content in one canonical text, named by its digest."""

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = dict.fromkeys(
        ("id", "edition_id", "version", "digest", "content", "published_at"), PersonalData.NONE
    )

    edition_id = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    content: "models.JSONField[dict[str, object], dict[str, object]]" = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["edition_id", "-published_at"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.version}"
