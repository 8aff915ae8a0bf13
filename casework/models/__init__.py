from casework.models.assigning import Assignment
from casework.models.calls import HubCall
from casework.models.children import ChildCase, ChildMove
from casework.models.consultations import Consultation, ConsultationReferral, ConsultationTerm
from casework.models.decisions import Decision
from casework.models.digests import Digest
from casework.models.duty import Duty
from casework.models.exports import CaseExport
from casework.models.inspection import InspectionEntry
from casework.models.links import Link, LinkAct, Merge
from casework.models.notes import Note, NoteRecipient
from casework.models.partners import PackReturn, PartnerReport
from casework.models.queue import QueueEntry
from casework.models.references import CaseReference
from casework.models.reminders import QuietHours, Reminder
from casework.models.strategy import StrategyChild, StrategyDiscussion
from casework.models.strategy_parts import StrategyAction, StrategyAddendum, StrategyPart
from casework.models.strategy_people import StrategyCirculation, StrategyInvitee
from casework.models.taking import Taking
from casework.models.transfers import Transfer
from casework.models.views import QueueTaste, SavedView

__all__ = [
    "Assignment",
    "CaseExport",
    "CaseReference",
    "ChildCase",
    "ChildMove",
    "Consultation",
    "ConsultationReferral",
    "ConsultationTerm",
    "Decision",
    "Digest",
    "Duty",
    "HubCall",
    "InspectionEntry",
    "Link",
    "LinkAct",
    "Merge",
    "Note",
    "NoteRecipient",
    "PackReturn",
    "PartnerReport",
    "QueueEntry",
    "QueueTaste",
    "QuietHours",
    "Reminder",
    "SavedView",
    "StrategyAction",
    "StrategyAddendum",
    "StrategyChild",
    "StrategyCirculation",
    "StrategyDiscussion",
    "StrategyInvitee",
    "StrategyPart",
    "Taking",
    "Transfer",
]
