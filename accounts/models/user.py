import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from audit.personal_data import PersonalData


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make and save a person who can sign in; without a password nobody can until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who can sign in. There is no superuser: what somebody may do comes from memberships alone.

    The email is kept in clear because it is what people sign in with; name, job and telephone are encrypted.
    """

    PERSONAL_DATA: ClassVar[dict[str, PersonalData]] = {
        "id": PersonalData.LINK,
        "email": PersonalData.STAFF,
        "claimed_email": PersonalData.STAFF,
        "full_name": PersonalData.STAFF,
        "job_title": PersonalData.STAFF,
        "phone": PersonalData.STAFF,
        "password": PersonalData.SECRET,
        "last_login": PersonalData.STAFF,
        "is_active": PersonalData.STAFF,
        "created_at": PersonalData.STAFF,
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    # Said to be theirs, and not shown yet (accounts/actions/unproven.py): ``email`` then leads nowhere.
    claimed_email = EncryptedTextField(max_length=254, null=True, blank=True)
    full_name = EncryptedTextField(max_length=200)
    job_title = EncryptedTextField(max_length=200, blank=True, default="")
    phone = EncryptedTextField(max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"),
        ]

    @property
    def contact_email(self) -> str:
        """The address to show for this person: the one they sign in with, or the one they say is theirs."""
        return self.claimed_email or self.email

    @property
    def is_proven(self) -> bool:
        """Whether they have shown that their address is theirs."""
        return self.claimed_email is None

    def __str__(self) -> str:
        # Not the name or the email: this text reaches logs and error pages.
        return f"user {self.pk}"
