"""What personal data the tables of libraries hold, and what happens to it: as `PERSONAL_DATA` on our own models.

Of tables without a model there is one, `portal_cache`: counts of attempts and marks of used codes, under keyed hashes
of what they are about; each goes when its time is over.
"""

from collections.abc import Mapping

from audit.personal_data import PersonalData

_ = PersonalData
LIBRARY_DATA: Mapping[str, Mapping[str, PersonalData]] = {
    "contenttypes.ContentType": {"id": _.NONE, "app_label": _.NONE, "model": _.NONE},
    "auth.Permission": {"id": _.NONE, "name": _.NONE, "content_type": _.NONE, "codename": _.NONE},
    "auth.Group": {"id": _.NONE, "name": _.NONE, "permissions": _.NONE},
    # What is typed when a session ends is kept in it, sealed, for its owner alone.
    "sessions.Session": {"session_key": _.SECRET, "session_data": _.SECRET, "expire_date": _.NONE},
    "account.EmailAddress": {
        "id": _.NONE,
        "user": _.LINK,
        "email": _.STAFF,
        "verified": _.NONE,
        "primary": _.NONE,
    },
    "account.EmailConfirmation": {
        "id": _.NONE,
        "email_address": _.LINK,
        "created": _.NONE,
        "sent": _.NONE,
        "key": _.SECRET,
    },
    "mfa.Authenticator": {
        "id": _.NONE,
        "user": _.LINK,
        "type": _.NONE,
        "data": _.SECRET,
        "created_at": _.STAFF,
        "last_used_at": _.STAFF,
    },
    "socialaccount.SocialAccount": {
        "id": _.NONE,
        "user": _.LINK,
        "provider": _.NONE,
        "uid": _.STAFF,
        "last_login": _.STAFF,
        "date_joined": _.STAFF,
        "extra_data": _.STAFF,
    },
    "socialaccount.SocialApp": {
        "id": _.NONE,
        "provider": _.NONE,
        "provider_id": _.NONE,
        "name": _.NONE,
        "client_id": _.NONE,
        "secret": _.SECRET,
        "key": _.SECRET,
        "settings": _.NONE,
    },
    "socialaccount.SocialToken": {
        "id": _.NONE,
        "app": _.NONE,
        "account": _.LINK,
        "token": _.SECRET,
        "token_secret": _.SECRET,
        "expires_at": _.NONE,
    },
}
