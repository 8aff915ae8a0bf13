from casework.models.children import ChildCase, ChildMove
from casework.models.decisions import Decision
from casework.models.reminders import QuietHours, Reminder
from casework.models.taking import Taking

__all__ = ["ChildCase", "ChildMove", "Decision", "QuietHours", "Reminder", "Taking"]
