"""Invented packs. Riley, Casey and everybody else here are nobody."""

from typing import Any

from referrals.documents import PackSnapshot, RecordCopy

EDITION = {"id": "cumbria", "version": "v27", "digest": "5f0c" * 16, "title": "Cumbria online safety procedure"}
REASONS = [
    {
        "rule": "GR-1",
        "because": "Somebody may be grooming this child online, so the hub for where the child lives must know.",
        "status": "procedure",
        "edition": "cumbria@v27",
        "sources": [{"id": "C-055", "text": "Suspected grooming goes to the hub of the child's area."}],
    },
    {
        "rule": "M-03",
        "because": "A meeting has been arranged for later this week.",
        "status": "procedure",
        "edition": "cumbria@v27",
        "sources": [{"id": "C-057", "text": "A planned meeting is told to the police as well."}],
    },
]
CHECKLIST = [
    {"text": "Write down the username and the address of the profile.", "ticked_at": "2026-03-02T14:20:00+00:00"},
    {"text": "Do not reply to the person and do not search the phone.", "ticked_at": None},
]
TIMES = [
    {"label": "First known to the setting", "at": "2026-03-02T12:40:00+00:00"},
    {"label": "Sent", "at": "2026-03-02T14:05:00+00:00"},
    {"label": "Telephone call to the hub", "at": "Not known"},
]
FAMILY = "Nothing yet. The hub will say on the call who tells which parent, and when."


def row(label: str, question: str, *lines: str, **more: Any) -> dict[str, Any]:
    state = "answered" if lines else "not_known"
    return {"label": label, "question": question, "state": state, "lines": lines} | more


def sections() -> list[dict[str, Any]]:
    return [
        {
            "id": "worry",
            "title": "The worry",
            "of": None,
            "rows": [
                row("What has happened?", "Q-GR-1",
                    "Riley told her form tutor that a person called “Max” has messaged her every night for three weeks "
                    "and asked her to meet at the retail park on Thursday.\n\nShe was shown the profile: "
                    "https://chat.example.com/u/max_16?ref=home and it says he is 16.",
                    telling="Told by", who="Riley (child 1), to Ms Adeyemi, form tutor"),
                row("Is the child safe now?", "Q-SAF-1", "Yes: in school until 15:30, then an after-school club",
                    telling="Seen by", who="Ms Adeyemi"),
                row("Might the child hurt themselves?", "Q-SAF-3"),
            ],
        },
        {
            "id": "child",
            "title": "Child",
            "of": "child 1 of 2",
            "rows": [
                row("Name", "Q-CHI-1", "Riley Nguyễn-O’Brien", who="the referrer"),
                row("Date of birth", "Q-CHI-2", "14 May 2013", telling="Recorded by", who="the school’s register"),
                row("Address", "Q-CHI-4", "12 Example Terrace\nCarlisle"),
                row("Religion or belief", "Q-CHI-12", state="refused"),
                row("Interpreter needed?", "Q-CHI-14", state="not_asked"),
            ],
        },
        {
            "id": "child",
            "title": "Child",
            "of": "child 2 of 2",
            "rows": [
                row("Name", "Q-CHI-1", "محمد الأحمد (Mohammed)"),
                row("Why is this child at risk?", "Q-CHI-9",
                    "In the same group chat; has not been contacted alone as far as is known.", telling="Opinion of",
                    who="Ms Adeyemi"),
            ],
        },
        {
            "id": "person",
            "title": "Person of concern",
            "of": "person 1 of 1",
            "rows": [
                row("Usernames", "Q-PER-5", "mаx_Il1O0", "max.snaps🙂", mono=True, telling="Seen by", who="Ms Adeyemi"),
                row("Real name", "Q-PER-1"),
            ],
        },
    ]  # fmt: skip


def pack(**changes: Any) -> PackSnapshot:
    values: dict[str, Any] = {
        "template_version": "pack-1",
        "reference": "p-7f3k9q2m4x8c",
        "case_reference": "OS-KQ7-M4T",
        "recipient": {"code": "hub", "unit": "cumberland_hub", "name": "Cumberland Safeguarding Hub"},
        "purpose": "to decide, child by child, what help or protection is needed",
        "partnership": "Cumbria Safeguarding Children Partnership",
        "editions": [EDITION],
        "urgency": "urgent",
        "mode": "call_hub",
        "generated_at": "2026-03-02T14:06:10+00:00",
        "generated_by": "the portal, when Sam Whitlock sent the referral",
        "at_a_glance": [
            {"label": "Child 1 of 2", "text": "Riley Nguyễn-O’Brien, 12, in school until 15:30"},
            {"label": "Child 2 of 2", "text": "محمد الأحمد (Mohammed), 13"},
            {
                "label": "Referred by",
                "text": "Sam Whitlock, designated safeguarding lead, Example Academy, 01632 960142",
            },
        ],
        "do_now": [
            "Take the case, so that the referrer can see it has arrived.",
            "Speak to Sam Whitlock before 15:30 about how Riley gets home.",
        ],
        "call_first": [
            {
                "text": "Sam Whitlock, until 16:00; after that 07700 900 331",
                "number": "01632 960 142",
                "because": "The child leaves school at 15:30 and who collects her has to be settled first.",
            }
        ],
        "family": FAMILY,
        "reasons": REASONS,
        "times": TIMES,
        "sections": sections(),
        "checklist_shown": CHECKLIST,
        "distribution": ["Cumberland Safeguarding Hub", "Cumbria Police"],
        "withheld": [],
        "audit_anchor": "event 1042, chain head 9c1d42aa",
    }
    return PackSnapshot.model_validate(values | changes)


def record_copy(**changes: Any) -> RecordCopy:
    values: dict[str, Any] = {
        "template_version": "record-1",
        "reference": "r-2m9x7k4q8c3f",
        "case_reference": "OS-KQ7-M4T",
        "partnership": "Cumbria Safeguarding Children Partnership",
        "filed_by": "Sam Whitlock, Example Academy",
        "generated_at": "2026-03-02T14:06:10+00:00",
        "editions": [EDITION],
        "destinations": [
            {"name": "Cumberland Safeguarding Hub", "mode": "call_hub", "urgency": "urgent",
             "call": "Call 0333 240 1727 now.", "reasons": REASONS[:1]},
            {"name": "Cumbria Police", "mode": "call_101", "urgency": "urgent", "call": "Call 101 now.",
             "reasons": REASONS[1:]},
        ],
        "next_steps": ["The hub tells you by 14:06 tomorrow what it has decided."],
        "family": FAMILY,
        "times": TIMES,
        "sections": sections(),
        "checklist_shown": CHECKLIST,
    }  # fmt: skip
    return RecordCopy.model_validate(values | changes)
