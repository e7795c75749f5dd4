"""The timetables that a student is shown after the confirmation, and the buttons to choose one."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from registration.dialogue.flow import Outcome
from registration.dialogue.hearing import payload
from registration.dialogue.question import Preferences
from registration.dialogue.wording import Button, Reply, Wording
from registration.errors import CatalogueError
from registration.planning import Offer, Planner
from registration.service import MessageQueueService
from registration.signed_links import Shown, SignedLinks
from registration.turn import Answer, Incoming, record

_log = logging.getLogger(__name__)


class Offering:
    """Asks the planner, words what it found, and logs the turn."""

    def __init__(
        self,
        service: MessageQueueService,
        planner: Planner,
        wordings: Mapping[str, Wording],
        default_language: str,
        links: SignedLinks | None,
    ) -> None:
        self._service = service
        self._planner = planner
        self._wordings = wordings
        self._default_language = default_language
        self._links = links

    async def offer(self, incoming: Incoming) -> tuple[Answer, list[list[str]]]:
        """What is said, and the class ids of each timetable that is on offer, in order."""
        wording = self._wordings.get(incoming.language or "", self._wordings[self._default_language])
        try:
            replies, offered = await self._offer(incoming, wording)
        except (asyncio.TimeoutError, OSError, CatalogueError) as error:
            _log.error("no timetables: %s", type(error).__name__)
            replies, offered = [Reply(str(wording.texts["say"]["failed"]))], list(incoming.offered)
        outcome = Outcome(incoming.mirror, ask=incoming.asked, undo=incoming.undo)
        answer = Answer(outcome, wording.language, tuple(replies))
        await self._service.keep(incoming.sender.key, record(incoming, answer), incoming.asked)
        return answer, offered

    async def _offer(self, incoming: Incoming, wording: Wording) -> tuple[list[Reply], list[list[str]]]:
        offered = list(incoming.offered)
        if incoming.what_if is not None:
            return await self._supposed(incoming, incoming.what_if, wording), offered
        if offered:
            return [_asked(offered, wording)], offered
        offer = await self._planner.offer(incoming.mirror.preferences, wording.language)
        return self._first(offer, wording), [list(one.class_ids) for one in offer.timetables]

    def _first(self, offer: Offer, wording: Wording) -> list[Reply]:
        if not offer.timetables:
            say = wording.texts["say"]
            titles = [_short(say["give_up"].format(wish=way.title)) for way in offer.ways]
            ways = tuple(
                Button(title, payload(way.values)) for title, way in zip(titles, offer.ways, strict=True)
            )
            return [Reply(str(say["no_timetable" if ways else "no_timetable_at_all"]), ways)]
        shown = [
            self._timetable(number, one.text, one.class_ids, wording)
            for number, one in enumerate(offer.timetables, 1)
        ]
        asked = _asked([list(one.class_ids) for one in offer.timetables], wording)
        return [*shown, replace(asked, text=f"{offer.proof}\n{asked.text}".strip())]

    async def _supposed(self, incoming: Incoming, supposed: Preferences, wording: Wording) -> list[Reply]:
        """The best timetable with other wishes, and buttons that make them so, or choose as before."""
        preferences, say = incoming.mirror.preferences, wording.texts["say"]
        offer = await self._planner.suppose(preferences, supposed, wording.language)
        chosen = _choices(incoming.offered, wording)
        if not offer.timetables:
            return [Reply(offer.comparison or str(say["supposed_none"]), chosen)]
        changed = {key: value for key, value in supposed.items() if preferences.get(key) != value}
        apply = (Button(str(say["apply"]), payload(changed)),) if changed else ()
        text = say["supposed"].format(timetable=offer.timetables[0].text)
        return [Reply(f"{offer.comparison}\n{text}".strip(), apply + chosen)]

    def _timetable(self, number: int, text: str, class_ids: tuple[str, ...], wording: Wording) -> Reply:
        title = f"{number}. {text}"
        if self._links is None:
            return Reply(title)
        shown = Shown(class_ids, wording.language)
        calendar = wording.texts["say"]["calendar"].format(address=self._links.calendar(shown))
        return Reply(f"{title}\n{calendar}", image=self._links.picture(shown))


def _asked(offered: Sequence[Sequence[str]], wording: Wording) -> Reply:
    asked = wording.ask(str(wording.questionnaire.choice), {})
    return replace(asked, buttons=_choices(offered, wording))


def _choices(offered: Sequence[Sequence[str]], wording: Wording) -> tuple[Button, ...]:
    return tuple(
        Button(wording.texts["say"]["choose"].format(number=number), payload({"chosen_class_ids": ids}))
        for number, ids in enumerate(offered, 1)
    )


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39]}…"
