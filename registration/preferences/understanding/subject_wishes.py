"""What is stated of subjects, as changes."""

from registration.dialogue.changes import Change, Operation

from .day_wishes import operation_for
from .facts import Fact
from .signs import Sign


def subjects(facts: list[Fact], question: str | None) -> list[Change]:
    """A name that several subjects bear wishes for none of them, but refuses them all."""
    wanted = [fact for fact in facts if fact.sign is Sign.WANTED and len(fact.value) == 1]
    refused = [fact for fact in facts if fact.sign in (Sign.AVOIDED, Sign.DENIED)]
    found: list[Change] = []
    if refused:
        found.append(Change(Operation.REMOVE, "subjects", _codes(refused)))
    if wanted:
        operation = operation_for(wanted, "subjects", question, facts)
        if refused and not any(fact.only for fact in wanted):
            operation = Operation.ADD  # one in the place of another; the rest stays
        found.append(Change(operation, "subjects", _codes(wanted)))
    return found


def _codes(facts: list[Fact]) -> list[str]:
    return list(dict.fromkeys(code for fact in facts for code in fact.value))
