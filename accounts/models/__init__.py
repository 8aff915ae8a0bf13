from accounts.models.closed_day import ClosedDay
from accounts.models.delivery import Delivery
from accounts.models.directory_entry import DirectoryEntry
from accounts.models.entry_check import EntryCheck
from accounts.models.invitation import Invitation
from accounts.models.letter import Letter
from accounts.models.membership import Membership
from accounts.models.places import Agency, Organisation
from accounts.models.session import SignedInSession
from accounts.models.user import User

__all__ = [
    "Agency",
    "ClosedDay",
    "Delivery",
    "DirectoryEntry",
    "EntryCheck",
    "Invitation",
    "Letter",
    "Membership",
    "Organisation",
    "SignedInSession",
    "User",
]
