from referrals.models.blind_tokens import BlindToken
from referrals.models.break_glass import BreakGlass
from referrals.models.calls import ReferrersCall
from referrals.models.clock_pauses import ClockPause
from referrals.models.clocks import Clock
from referrals.models.corrections import Correction, Override
from referrals.models.correspondence import Message, Milestone, Reply
from referrals.models.disagreements import Disagreement, DisagreementEntry, DisagreementStage
from referrals.models.follow_up import Addition, ChecklistStep
from referrals.models.jobs import Job
from referrals.models.kept_away import KeptAway
from referrals.models.matched import MatchedPerson
from referrals.models.notices import Notice
from referrals.models.packs import Pack
from referrals.models.phone_contacts import PhoneContact
from referrals.models.referral import DRAFT_LIFE, Referral
from referrals.models.released_parts import ReleasedPart
from referrals.models.routes import Route, Routing
from referrals.models.scoping import UnscopedReadError

__all__ = [
    "DRAFT_LIFE",
    "Addition",
    "BlindToken",
    "BreakGlass",
    "ChecklistStep",
    "Clock",
    "ClockPause",
    "Correction",
    "Disagreement",
    "DisagreementEntry",
    "DisagreementStage",
    "Job",
    "KeptAway",
    "MatchedPerson",
    "Message",
    "Milestone",
    "Notice",
    "Override",
    "Pack",
    "PhoneContact",
    "Referral",
    "ReferrersCall",
    "ReleasedPart",
    "Reply",
    "Route",
    "Routing",
    "UnscopedReadError",
]
