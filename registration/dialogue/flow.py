"""One turn of the dialogue, pure: from the state and one message to the new state and what to say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from registration.dialogue.changes import Change, Command, Suggestion, Understanding
from registration.dialogue.question import CONFIRM, WHAT_IF, Questionnaire
from registration.dialogue.state import CHOSEN, IN_PROGRESS, NOTHING, State


class Say(Struct, frozen=True):
    """A reply by its key in the wording, with the values that its text names."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Turn(Struct, frozen=True):
    """One message in its place: what the student wrote, and what the bot was waiting for."""

    said: Understanding
    state: State
    now: datetime
    asked: str | None = None  # the question that waits for this message; None where none does
    undo: State = NOTHING  # the state before the last change
    begins: bool = False  # the message only asks to register, or answers ahead of the first question
    missed: int = 0  # messages in a row that were not understood before this one
    offered: tuple[Any, ...] = ()  # what the student may choose from


class Outcome(Struct, frozen=True):
    """The state after the turn, what to say, and the question that waits now (None: the dialogue rests)."""

    state: State
    say: tuple[Say, ...] = ()
    ask: str | None = None
    rephrase: bool = False  # ask in other words, with the options
    understood: bool = True
    missed: int = 0  # messages in a row that were not understood, this one included
    suggestions: tuple[Suggestion, ...] = ()  # buttons for what the student may have meant
    what_if: Mapping[str, Any] | None = None  # preferences that the student only asks about
    confirmed: bool = False  # the student has just confirmed the state, perhaps once more
    undo: State = NOTHING


def advance(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    """What one message does. Nothing that was not understood changes the state."""
    said = turn.said
    if said.command in _COMMANDS:
        return _COMMANDS[said.command](questionnaire, turn)
    if "contradiction" in said.remarks:
        return _ask(questionnaire, turn, Say("contradiction"), rephrase=True)
    if said.changes:
        return _change(questionnaire, turn, said.changes)
    if turn.begins:
        return _begin(questionnaire, turn)
    return _not_understood(questionnaire, turn)


def _begin(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    # Registering once more after the last dialogue was completed; where a question waits, it was not.
    if turn.state.is_complete and turn.asked is None:
        return _restart(questionnaire, turn)
    if turn.state.preferences:
        return _ask(questionnaire, turn, Say("resume", {"preferences": turn.state.preferences}))
    return _ask(questionnaire, turn, Say("greeting"))


def _not_understood(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    if turn.asked is None and not turn.state.preferences:
        return Outcome(turn.state, (Say("not_understood_outside"),), understood=False, undo=turn.undo)
    if turn.state.is_complete and turn.asked is None:
        return Outcome(turn.state, (Say("already_complete"),), understood=False, undo=turn.undo)
    # Beside names to pick from, "I did not recognise that" would contradict itself.
    asked = _ask(questionnaire, turn, *_regrets(turn), rephrase=not turn.said.suggestions)
    # The second time other words are not enough: the question is explained.
    explained = (Say(f"help_{asked.ask}"),) if turn.missed else ()
    return replace(
        asked,
        say=asked.say + explained,
        understood=False,
        missed=turn.missed + 1,
        suggestions=turn.said.suggestions,
    )


def _regrets(turn: Turn) -> tuple[Say, ...]:
    if turn.said.rejected:
        return (Say("rejected", {"rejected": turn.said.rejected}),)
    if turn.said.suggestions:
        return (Say("which_one"),)
    return (Say("still_not_understood" if turn.missed else "not_understood"),)


def _change(questionnaire: Questionnaire, turn: Turn, changes: tuple[Change, ...]) -> Outcome:
    answered = {change.key: change.value for change in reversed(changes)}  # the first of a key
    confirmation, choice = answered.get(CONFIRM), answered.get(questionnaire.choice_key)
    rest = tuple(change for change in changes if change.key not in (CONFIRM, questionnaire.choice_key))
    if choice is not None and not rest:
        return _choose(questionnaire, turn, choice)
    if WHAT_IF in turn.said.remarks:
        return replace(_ask(questionnaire, turn), what_if=questionnaire.apply(turn.state.preferences, rest))
    if rest:
        return _store(questionnaire, turn, rest)
    if confirmation is True:
        return _confirm(questionnaire, turn)
    return _ask(questionnaire, turn, Say("what_to_change"))


def _confirm(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    state = turn.state.confirmed()
    if not state.preferences:
        return Outcome(turn.state, (Say("nothing_to_confirm"),), understood=False)
    pending = questionnaire.pending(state.preferences)
    if pending != CONFIRM:  # a button of an older summary: something is to be answered again
        return Outcome(turn.state, (), pending, understood=False, undo=turn.undo)
    offer = questionnaire.after_confirmation(state.preferences)
    return Outcome(state, (Say("complete_with_offer" if offer else "complete"),), offer, confirmed=True)


def _choose(questionnaire: Questionnaire, turn: Turn, choice: Any) -> Outcome:
    """Take one of what was offered; anything else is asked again with a fresh offer."""
    if choice not in turn.offered or not turn.state.is_complete:
        return _ask(questionnaire, turn, Say("choice_is_gone"))
    after = {**turn.state.preferences, questionnaire.choice_key: choice}
    return Outcome(turn.state.changed(after, CHOSEN, turn.now), (Say("chosen"),), confirmed=True)


def _store(questionnaire: Questionnaire, turn: Turn, changes: tuple[Change, ...]) -> Outcome:
    before = turn.state.preferences
    after = questionnaire.apply(before, changes)
    after.pop(questionnaire.choice_key, None)  # chosen for answers that no longer hold
    state = turn.state.changed(after, IN_PROGRESS, turn.now)
    say = tuple(Say(remark) for remark in turn.said.remarks) + _acknowledge(questionnaire, turn, after)
    if turn.said.rejected and not turn.said.suggestions:
        say += _regrets(turn)
    begun = () if turn.asked or before else (Say("greeting"),)
    undo = turn.state if state != turn.state else turn.undo
    outcome = Outcome(state, begun + say, questionnaire.pending(after), undo=undo)
    return _suggest(turn, outcome) if turn.said.suggestions else outcome


def _suggest(turn: Turn, outcome: Outcome) -> Outcome:
    """Ask the same question again for the part of the answer that could mean several things."""
    return replace(
        outcome,
        say=(*outcome.say, *_regrets(turn)),
        ask=turn.asked or outcome.ask,
        suggestions=turn.said.suggestions,
    )


def _acknowledge(questionnaire: Questionnaire, turn: Turn, after: Mapping[str, Any]) -> tuple[Say, ...]:
    """A line on what was heard beyond the plain answer to the question: answers ahead and corrections."""
    question = questionnaire.question(turn.asked)
    first = question is not None and not question.is_answered(turn.state.preferences)
    # An answer of which only a part was understood is repeated, so that the rest can be told.
    plain = question.keys if question and first and not turn.said.suggestions else ()
    changed = {key: after[key] for key in after if after[key] != turn.state.preferences.get(key)}
    dropped = [key for key in turn.state.preferences if key not in after]
    if not (set(changed) - set(plain)) and not dropped:
        return ()
    return (Say("changed", {"preferences": changed}),) if changed else ()


def _ask(questionnaire: Questionnaire, turn: Turn, *say: Say, rephrase: bool = False) -> Outcome:
    waiting = turn.asked or questionnaire.pending(turn.state.preferences)
    return Outcome(turn.state, say, waiting, rephrase=rephrase, undo=turn.undo)


def _cancel(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    undo = turn.state if turn.state.preferences else turn.undo
    return Outcome(turn.state.cleared(turn.now), (Say("cancelled"),), undo=undo)


def _restart(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    state = turn.state.cleared(turn.now)
    return Outcome(state, (Say("restarted"),), questionnaire.pending({}), undo=turn.state)


def _undo(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    if turn.undo.last_updated is None:
        return _ask(questionnaire, turn, Say("nothing_to_undo"))
    state = turn.state.changed(turn.undo.preferences, turn.undo.step, turn.now)
    restored = Say("undone", {"preferences": state.preferences})
    return Outcome(state, (restored,), questionnaire.pending(state.preferences), undo=turn.state)


def _back(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    waiting = turn.asked or questionnaire.pending(turn.state.preferences)
    previous = questionnaire.previous(waiting, turn.state.preferences)
    if previous is None:
        return _ask(questionnaire, turn, Say("first_question"))
    return replace(_ask(questionnaire, turn), ask=previous)


def _skip(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    waiting = turn.asked or questionnaire.pending(turn.state.preferences)
    if waiting == CONFIRM:
        return _ask(questionnaire, turn, Say("what_to_change"))
    return _store(questionnaire, replace(turn, asked=waiting), questionnaire.skip(waiting))


def _summary(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    summary = Say("summary", {"preferences": turn.state.preferences})
    if turn.state.is_complete and turn.asked is None:  # the dialogue rests, and nothing is to be confirmed
        return Outcome(turn.state, (summary,), undo=turn.undo)
    return _ask(questionnaire, turn, summary)


def _help(questionnaire: Questionnaire, turn: Turn) -> Outcome:
    waiting = turn.asked or questionnaire.pending(turn.state.preferences)
    return _ask(questionnaire, turn, Say(f"help_{waiting}"))


_COMMANDS: dict[Command | None, Callable[[Questionnaire, Turn], Outcome]] = {
    Command.BEGIN: _begin,
    Command.CANCEL: _cancel,
    Command.RESTART: _restart,
    Command.UNDO: _undo,
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.SUMMARY: _summary,
    Command.HELP: _help,
}
