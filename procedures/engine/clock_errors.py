"""What may be wrong with the numbers a clock is given. Each message says how to mend it."""


class ClockError(ValueError):
    """A clock, a calendar or a recipient's hours were given something that cannot be counted with."""


class NaiveDatetimeError(ClockError):
    """A moment came without its time zone, so nobody can say which moment it is."""


class NotADateError(ClockError):
    """A moment came where a calendar date is wanted; its date depends on a time zone, so it is not guessed."""


class LimitError(ClockError):
    """A limit is negative, too long, or counted in something the engine does not know."""


class StaffedHoursError(ClockError):
    """A recipient's week of staffed hours cannot be read."""
