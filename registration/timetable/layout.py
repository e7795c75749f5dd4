"""Where everything goes in the picture of a week, in pixels."""

from dataclasses import dataclass, replace

from registration.timetable.model import Meeting, Section
from registration.timetable.result import Timetable

WIDTH = 1080  # three pixels a point on a phone 360 points wide
MARGIN = 20
AXIS = 92  # the column of hours
TITLE = 84
DAY_ROW = 64
HOUR = 88
EMPTY_DAY = 0.45  # of a day's width


@dataclass(frozen=True)
class Block:
    """A class meeting: `subject` is its place among the choices, the box is left, top, right, bottom."""

    meeting: Meeting
    section: Section
    subject: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Layout:
    """`days` are shown, `edges` their left edges and the last one's right edge; `first` and `last` are
    hours."""

    days: tuple[int, ...]
    edges: tuple[int, ...]
    first: int
    last: int
    blocks: tuple[Block, ...] = ()

    @property
    def top(self) -> int:
        return TITLE + DAY_ROW

    @property
    def bottom(self) -> int:
        return self.top + (self.last - self.first) * HOUR

    def height_of(self, minutes: int) -> int:
        return self.top + (minutes - self.first * 60) * HOUR // 60


Held = tuple[Meeting, Section, int]
Cluster = list[tuple[Held, int]]  # meetings that overlap in time, each with its lane


def lay_out(timetable: Timetable) -> Layout:
    """Monday to Friday, and the weekend where it is used; from the hour of the first class to that of the
    last."""
    held = [
        (meeting, section, place)
        for place, choice in enumerate(timetable.choices)
        for section in choice.sections
        for meeting in section.meetings
    ]
    clusters = {day: _clusters([one for one in held if one[0].day == day]) for day in range(7)}
    days = tuple(day for day in range(7) if day < 5 or clusters[day])
    first = min((meeting.start // 60 for meeting, _, _ in held), default=7)
    last = max((-(-meeting.end // 60) for meeting, _, _ in held), default=18)
    layout = Layout(days, _edges([_width(clusters[day]) for day in days]), first, last)
    blocks = [
        block
        for place, day in enumerate(days)
        for cluster in clusters[day]
        for block in _cluster_blocks(layout, place, cluster)
    ]
    return replace(layout, blocks=tuple(blocks))


def _width(clusters: list[Cluster]) -> float:
    """The share of a day: an empty one needs little, one with classes side by side needs more."""
    lanes = max((_lanes_of(cluster) for cluster in clusters), default=0)
    return EMPTY_DAY if not lanes else 1 + 0.8 * (lanes - 1)


def _edges(shares: list[float]) -> tuple[int, ...]:
    unit = (WIDTH - AXIS - MARGIN) / sum(shares)
    return tuple(AXIS + round(unit * sum(shares[:place])) for place in range(len(shares) + 1))


def _lanes_of(cluster: Cluster) -> int:
    return 1 + max(lane for _, lane in cluster)


def _cluster_blocks(layout: Layout, place: int, cluster: Cluster) -> list[Block]:
    left, right = layout.edges[place : place + 2]
    share = (right - left) // _lanes_of(cluster)
    blocks = []
    for (meeting, section, subject), lane in cluster:
        top, bottom = layout.height_of(meeting.start), layout.height_of(meeting.end)
        box = (left + share * lane + 3, top + 2, left + share * (lane + 1) - 3, bottom - 2)
        blocks.append(Block(meeting, section, subject, box))
    return blocks


def _clusters(held: list[Held]) -> list[Cluster]:
    """The meetings of a day; those that lie over one another, which only different weeks allow, together."""
    clusters: list[list[Held]] = []
    end = -1
    for one in sorted(held, key=lambda one: one[0]):
        if one[0].start >= end:
            clusters.append([])
        clusters[-1].append(one)
        end = max(end, one[0].end)
    return [list(zip(cluster, _lanes(cluster), strict=True)) for cluster in clusters]


def _lanes(cluster: list[Held]) -> list[int]:
    """For each meeting the first lane that is free."""
    ends: list[int] = []
    lanes = []
    for meeting, _, _ in cluster:
        lane = next((i for i, end in enumerate(ends) if end <= meeting.start), len(ends))
        ends[lane : lane + 1] = [meeting.end]
        lanes.append(lane)
    return lanes
