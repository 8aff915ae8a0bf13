"""What a decision and a reply say when they are whole. Nobody here exists."""

from typing import Any

DECISION: dict[str, Any] = {
    "level": "level_4",
    "evidence": "The school read the messages with Riley.",
    "analysis": "An adult is building trust in order to meet.",
    "safety": "At home with an aunt until Friday.",
    "family": "will_be_told",
    "family_why": "The social worker rings the mother today.",
    "child_seen": "alone",
    "child_view": "Wants it to stop.",
    "checks": "Police and health; nothing known.",
    "next_step": "Strategy discussion tomorrow, Mona Moor.",
}
NO_FURTHER_ACTION = DECISION | {"level": "level_1", "next_step": "None."}
REPLY: dict[str, Any] = {
    "reason": "What you told us shows that an adult means to meet the child.",
    "who_leads": "Mona Moor, 01632 960002",
    "what_to_do": "Keep Riley in school until we ring.",
    "family": "others",
    "family_words": "The social worker rings the mother today.",
}
