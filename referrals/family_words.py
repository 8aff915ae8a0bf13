"""What the family may be told until the police or the hub say otherwise (Z-01): said alike on pages and in packs."""

from procedures.engine.facts import Facts

_AT_HOME = (
    "Nothing yet. Somebody at home, or trusted there, is part of this or may be. Speak to the police or the hub first: "
    "on that call it is settled who tells whom, and when."
)
_NOT_AT_HOME = (
    "Nothing before you have spoken to the police or the hub. "
    "On that call it is settled who tells which parent, and when."
)
_LIFE_AT_RISK = (
    " Nobody at home is part of this and a life may be at risk: a safe adult must know before the child goes home."
)


def family_statement(facts: Facts) -> str:
    """Return what the referrer may tell the family at the moment of sending."""
    if not facts.has("someone_at_home_involved", "no"):
        return _AT_HOME
    if facts.values["child_self_harm"].possible - {"no"} or facts.has("immediate_danger", "yes"):
        return _NOT_AT_HOME + _LIFE_AT_RISK
    return _NOT_AT_HOME
