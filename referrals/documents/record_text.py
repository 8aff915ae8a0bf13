"""The filer's record copy as plain text, to paste into the setting's own safeguarding record."""

from typing import Any

from referrals.documents import pages
from referrals.documents.snapshot import RecordCopy
from referrals.documents.words import HANDLING, PROTECTIVE_MARKING, STATES, URGENCY, moment


def record_copy_text(snapshot: RecordCopy) -> str:
    """Return the record copy as plain text: one fact a line, blank line between parts, web addresses broken."""
    tree = pages.shown(snapshot)
    parts = [
        [
            PROTECTIVE_MARKING,
            "RECORD COPY OF A SAFEGUARDING REFERRAL",
            f"Case {tree['case_reference']}, filed by {tree['filed_by']}",
            f"{tree['partnership']}. Made {moment(tree['generated_at'])}. {HANDLING}",
        ],
        ["WHERE IT WENT AND WHY", *(line for sent in tree["destinations"] for line in _destination(sent))],
        ["WHAT THE FAMILY MAY BE TOLD", tree["family"]],
        ["WHAT HAPPENS NEXT", *(f"- {step}" for step in tree["next_steps"])],
        ["YOUR CHECKLIST", *(_ticked(item) for item in tree["checklist_shown"])],
        *(_section(section) for section in tree["sections"]),
        ["CHAIN OF TIMES", *(f"{link['label']}: {moment(link['at'])}" for link in tree["times"])],
        ["IMAGES", tree["no_image"]],
        [
            "ABOUT THIS DOCUMENT",
            f"Reference {tree['reference']}, layout {tree['template_version']}",
            *(f"Decided under {e['title']}, {e['id']}@{e['version']}, digest {e['digest']}" for e in tree["editions"]),
            PROTECTIVE_MARKING,
        ],
    ]
    return "\n\n".join("\n".join(part) for part in parts if len(part) > 1) + "\n"


def _destination(sent: dict[str, Any]) -> list[str]:
    marked = f" (marked {sent['marking']})" if sent["marking"] else ""
    lines = [f"{sent['name']}{marked}: {URGENCY[sent['urgency']][0].lower()}."]
    if sent["mode"] == "advice":
        lines.append("  For advice.")
    if sent["call"]:
        lines.append(f"  {sent['call']}")
    for reason in sent["reasons"]:
        sources = "; ".join(f"{source['id']} {source['text']}" for source in reason["sources"])
        ground = f"rule {reason['rule']}, {reason['edition']}, {reason['status']}"
        lines.append(f"  - {reason['because']} ({ground}{': ' + sources if sources else ''})")
    return lines


def _ticked(item: dict[str, Any]) -> str:
    return f"- {item['text']} ({'ticked off ' + moment(item['ticked_at']) if item['ticked_at'] else 'not ticked off'})"


def _section(section: dict[str, Any]) -> list[str]:
    heading = section["title"].upper() + (f" ({section['of']})" if section["of"] else "")
    return [heading, *(line for row in section["rows"] for line in _row(row))]


def _row(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['label']} [{row['question']}]"]
    if row["state"] in STATES:
        lines.append(f"  {STATES[row['state']]}")
    lines += [f"  {line}" for text in row["lines"] for line in text.split("\n")]
    if row["state"] == "answered" or row["who"]:
        lines.append(f"  {row['telling']} {row['who'] or 'the referrer'}")
    return lines
