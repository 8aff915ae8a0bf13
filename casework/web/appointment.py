"""The calendar file of a strategy discussion. A calendar is read by many: it says nothing of any person or case."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from casework.models import StrategyDiscussion

TITLE = "Safeguarding meeting"
LENGTH = timedelta(hours=1)


def appointment_file(discussion: StrategyDiscussion, *, portal: str, made_at: datetime) -> bytes:
    """Return an .ics file with a title, a time and the portal's address, and nothing else.

    Its identifier is the discussion's own random one, so that a changed time replaces the earlier appointment.
    """
    event = Event()
    event.add("uid", f"{discussion.pk}@safeguarding-meeting")
    event.add("sequence", discussion.version)
    event.add("dtstamp", made_at)
    event.add("dtstart", discussion.planned_for)
    event.add("dtend", discussion.planned_for + LENGTH)
    event.add("summary", TITLE)
    event.add("url", portal)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if discussion.status == discussion.Status.CANCELLED else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", TITLE)
    alarm.add("trigger", -timedelta(minutes=15))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Safeguarding portal//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
