from casework.models.calls import HubCall
from casework.models.children import ChildCase, ChildMove
from casework.models.decisions import Decision
from casework.models.references import CaseReference
from casework.models.reminders import QuietHours, Reminder
from casework.models.strategy import StrategyChild, StrategyDiscussion
from casework.models.strategy_parts import StrategyAction, StrategyAddendum, StrategyPart
from casework.models.strategy_people import StrategyCirculation, StrategyInvitee
from casework.models.taking import Taking

__all__ = [
    "CaseReference",
    "ChildCase",
    "ChildMove",
    "Decision",
    "HubCall",
    "QuietHours",
    "Reminder",
    "StrategyAction",
    "StrategyAddendum",
    "StrategyChild",
    "StrategyCirculation",
    "StrategyDiscussion",
    "StrategyInvitee",
    "StrategyPart",
    "Taking",
]
