"""The words that packs use for codes, and times as people write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

ENGLISH_TIME = ZoneInfo("Europe/London")
PROTECTIVE_MARKING = "OFFICIAL-SENSITIVE"
HANDLING = "Do not copy or forward without the originator’s agreement."

PACK_NAMES = {
    "police": "Police pack",
    "hub": "Safeguarding hub pack",
    "prevent_spoc": "Prevent referral pack",
    "lado": "LADO pack",
}
URGENCY = {
    "emergency": ("EMERGENCY", "Look at this now: first look within 30 minutes in staffed hours."),
    "urgent": ("URGENT", "First look within the hour in staffed hours, otherwise by the out-of-hours team."),
    "standard": ("STANDARD", "First look in the ordinary order of work."),
}
MODES = {
    "call_999": "The referrer was told to call 999 at once. This pack follows that call and does not replace it.",
    "call_101": "The referrer was told to call the police on 101. This pack follows that call and does not replace it.",
    "call_hub": "The referrer was told to telephone the hub. This pack follows that call and does not replace it.",
    "pack": "No call was asked for: this pack is how you are told.",
    "advice": "For advice: nobody has been asked to send you more than this.",
}
STATES = {"not_known": "Not known", "not_asked": "Not asked", "refused": "Preferred not to say"}
REMINDERS = {
    "prevent_spoc": (
        "A Prevent referral is a request for help and accuses nobody. Channel support is voluntary, "
        "and a child can only receive it with a parent’s or carer’s agreement."
    ),
    "lado": "Decide on the harm threshold before anyone tells the person concerned.",
}


def moment(text: str) -> str:
    """Return an ISO instant as "Monday 2 March 2026, 14:05 GMT"; other words as they are."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.tzinfo is None:
        return text
    local = at.astimezone(ENGLISH_TIME)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"
