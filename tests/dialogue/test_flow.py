"""One turn after the other, as students take them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from registration.dialogue.changes import Change, Operation, Understanding
from registration.dialogue.flow import Outcome, Turn, advance
from registration.dialogue.question import CONFIRM
from registration.dialogue.state import COMPLETE, IN_PROGRESS, NOTHING, State
from tests.dialogue.paint import QUESTIONNAIRE

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@dataclass
class Chat:
    """Carries from one turn to the next what the slots carry."""

    outcome: Outcome = field(default_factory=lambda: Outcome(NOTHING))
    turns: int = 0

    def say(self, text: str, begins: bool = False) -> Outcome:
        self.turns += 1
        state = self.outcome.state
        turn = Turn(
            said=QUESTIONNAIRE.understand(
                text, question=self.outcome.ask, preferences=dict(state.preferences)
            ),
            state=state,
            now=NOON + timedelta(seconds=self.turns),
            asked=self.outcome.ask,
            undo=self.outcome.undo,
            begins=begins,
            missed=self.outcome.missed,
        )
        self.outcome = advance(QUESTIONNAIRE, turn)
        return self.outcome

    def says(self, *texts: str) -> Outcome:
        for text in texts:
            self.say(text)
        return self.outcome

    @property
    def said(self) -> list[str]:
        return [say.key for say in self.outcome.say]


def begun() -> Chat:
    chat = Chat()
    chat.say("hello", begins=True)
    return chat


def test_the_plain_path_asks_one_question_after_the_other_to_the_confirmation() -> None:
    chat = begun()
    assert (chat.outcome.ask, chat.said) == ("colour", ["greeting"])
    assert chat.say("red").ask == "gloss"
    assert chat.say("matt").ask == "tools"
    assert chat.say("brush").ask == CONFIRM
    done = chat.say("yes")
    assert done.ask is None
    assert done.state.step == COMPLETE
    assert done.state.preferences == {"colour": "red", "gloss": False, "tools": ["brush"]}


def test_answers_ahead_are_not_asked_for_again() -> None:
    chat = Chat()
    chat.say("red brush")
    assert chat.said == ["greeting", "changed"]
    assert chat.outcome.ask == "gloss"
    assert chat.say("matt").ask == CONFIRM


def test_a_plain_answer_is_not_acknowledged_and_a_correction_is() -> None:
    chat = begun()
    chat.say("red")
    assert chat.said == []
    chat.say("any")
    assert chat.said == ["changed"]
    assert chat.outcome.say[0].values == {"preferences": {"colour": "any"}}
    assert chat.outcome.ask == "gloss"


def test_what_is_not_understood_changes_nothing_and_is_asked_in_other_words() -> None:
    chat = begun()
    before = chat.say("red").state
    outcome = chat.say("qwertz")
    assert outcome.state is before
    assert (outcome.ask, outcome.rephrase, outcome.understood) == ("gloss", True, False)


def test_the_second_time_in_a_row_the_question_is_explained() -> None:
    chat = begun()
    chat.say("qwertz")
    assert chat.said == ["not_understood"]
    chat.say("asdf")
    assert chat.said == ["still_not_understood", "help_colour"]
    chat.says("red", "qwertz")
    assert chat.said == ["not_understood"]


def test_an_answer_made_pointless_is_dropped_and_not_asked() -> None:
    chat = begun()
    chat.says("red", "matt", "blue")
    assert "gloss" not in chat.outcome.state.preferences
    assert chat.outcome.ask == "tools"


def test_back_asks_the_previous_question_and_keeps_its_answer() -> None:
    chat = begun()
    chat.says("red", "matt")
    assert chat.say("back").ask == "gloss"
    assert chat.say("back").ask == "colour"
    assert chat.outcome.state.preferences == {"colour": "red", "gloss": False}
    assert chat.say("back").ask == "colour"
    assert chat.said == ["first_question"]
    assert chat.say("any").ask == "tools"


def test_back_from_the_confirmation_asks_the_last_question() -> None:
    chat = begun()
    chat.says("red", "matt", "brush")
    assert chat.say("back").ask == "tools"


def test_skip_answers_with_no_preference() -> None:
    chat = begun()
    assert chat.say("skip").ask == "gloss"
    assert chat.outcome.state.preferences == {"colour": "any"}


def test_cancel_ends_at_once_clears_and_can_be_undone_in_the_next_message() -> None:
    chat = begun()
    chat.says("red", "cancel")
    assert chat.outcome.ask is None
    assert chat.outcome.state.preferences == {}
    assert chat.say("undo").ask == "gloss"
    assert chat.outcome.state.preferences == {"colour": "red"}
    assert chat.outcome.state.step == IN_PROGRESS


def test_undo_restores_the_state_before_the_last_change_exactly() -> None:
    chat = begun()
    before = chat.says("red", "matt").state
    chat.says("blue", "undo")
    assert chat.outcome.state.preferences == before.preferences
    assert chat.outcome.state.last_updated > before.last_updated


def test_undo_with_nothing_to_undo_says_so() -> None:
    chat = begun()
    chat.say("undo")
    assert (chat.said, chat.outcome.ask) == (["nothing_to_undo"], "colour")


def test_start_over_clears_and_asks_the_first_question_also_after_the_completion() -> None:
    chat = begun()
    chat.says("red", "matt", "brush", "yes", "restart")
    assert (chat.outcome.ask, dict(chat.outcome.state.preferences)) == ("colour", {})


def test_a_correction_at_the_confirmation_comes_back_to_it() -> None:
    chat = begun()
    chat.says("red", "matt", "brush")
    assert chat.say("any").ask == CONFIRM
    assert chat.say("no").ask == CONFIRM
    assert chat.said == ["what_to_change"]


def test_a_change_after_the_completion_asks_for_a_new_confirmation() -> None:
    chat = begun()
    first = chat.says("red", "matt", "brush", "yes").state
    assert chat.say("any").ask == CONFIRM
    second = chat.say("yes").state
    assert second.step == COMPLETE
    assert second.last_updated > first.last_updated


def test_registering_again_after_the_completion_begins_anew() -> None:
    chat = begun()
    chat.says("red", "matt", "brush", "yes")
    chat.say("hello", begins=True)
    assert (chat.outcome.ask, dict(chat.outcome.state.preferences)) == ("colour", {})


def test_a_confirmation_that_comes_twice_gives_one_and_the_same_state() -> None:
    state = State({"colour": "red"}, IN_PROGRESS, NOON)
    assert state.confirmed() == state.confirmed()
    assert state.confirmed().confirmed() == state.confirmed()
    assert state.confirmed().last_updated > NOON


def test_a_confirmation_that_comes_before_the_last_answer_confirms_nothing() -> None:
    chat = begun()
    chat.says("red", "matt", "brush", "blue", "red")  # "gloss" is open again
    early = Turn(Understanding((Change(Operation.SET, CONFIRM, True),)), chat.outcome.state, NOON)
    outcome = advance(QUESTIONNAIRE, early)
    assert (outcome.confirmed, outcome.ask, outcome.state) == (False, "gloss", chat.outcome.state)


def test_summary_and_help_come_back_to_the_question() -> None:
    chat = begun()
    chat.say("red")
    assert chat.say("summary").ask == "gloss"
    assert chat.say("help").ask == "gloss"
    assert chat.said == ["help_gloss"]


def test_a_summary_after_the_completion_asks_for_no_confirmation() -> None:
    chat = begun()
    before = chat.says("red", "matt", "brush", "yes").state
    chat.say("summary")
    assert (chat.outcome.ask, chat.said, chat.outcome.state) == (None, ["summary"], before)


def test_outside_a_dialogue_nonsense_starts_none() -> None:
    chat = Chat()
    chat.say("qwertz")
    assert (chat.outcome.ask, chat.said) == (None, ["not_understood_outside"])
