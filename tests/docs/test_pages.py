"""The docs say what is so: every code block runs, every name is explained, every promise has its test."""

import ast
import dataclasses
import inspect
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.docs.blocks import KINDS, ROOT, blocks_of
from tests.sdk.environments import Environment

PAGES = sorted((ROOT / "docs").rglob("*.md"))
HOW_TO = [page for page in PAGES if page.parent.name == "docs" and page.name not in ("tutorial.md",)]
PUBLIC = ("registration", "registration.forms", "registration.rasa", "registration.testing")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_code_block_says_what_is_done_with_it(page: Path) -> None:
    for block in blocks_of(page):
        assert block.kind in KINDS, block.text
        assert block.argument or block.kind in ("run", "run when up"), block.text


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.name)
def test_the_blocks_of_a_how_to_page_run(page: Path, tmp_path: Path) -> None:
    ours = _environment_with_this_repository(tmp_path)
    for block in blocks_of(page):
        if block.kind == "file":
            (tmp_path / block.argument).write_text(block.text)
        elif block.kind == "run":
            ours.run(f"set -e\n{block.text}", tmp_path)
        elif block.kind == "python":
            ours.run(
                [sys.executable, "-c", f"import sys; sys.path.insert(0, '.')\n{block.text}"],
                tmp_path / block.argument,
            )


class _Here(Environment):
    """The environment of the tests, in which a checkout stands for the installed package."""

    @property
    def variables(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**super().variables, "PATH": path, "PYTHONPATH": f"{self.folder}/checkout"}


def _environment_with_this_repository(folder: Path) -> Environment:
    """The checkout as the wheel has it: the worker inside the package."""
    package = folder / "checkout/registration"
    package.mkdir(parents=True)
    for part in (*(ROOT / "registration").iterdir(), ROOT / "worker"):
        (package / part.name).symlink_to(part)
    return _Here(folder)


def test_every_promise_has_its_test_and_every_test_its_promise() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/promises.md").read_text()))
    tests = set(
        re.findall(r"^(?:async )?def (test_\w+)", (ROOT / "tests/test_promises.py").read_text(), re.MULTILINE)
    )
    assert named == tests


def test_the_reference_shows_every_public_name() -> None:
    for name in PUBLIC:
        page = (ROOT / f"docs/reference/{name.rsplit('.', maxsplit=1)[-1]}.md").read_text()
        for public in import_module(name).__all__:
            assert re.search(rf"^::: [\w.]+\.{public}$", page, re.MULTILINE), f"{name}.{public}"


def test_every_public_name_has_a_docstring() -> None:
    modules = [import_module(name) for name in (*PUBLIC, "registration.errors", "registration.rasa.chat_log")]
    bare = sorted({found for module in modules for found in _without_docstring(module)})
    assert bare == []


def _without_docstring(module: ModuleType) -> list[str]:
    found = [] if module.__doc__ else [module.__name__]
    for name in getattr(module, "__all__", None) or _defined_in(module):
        thing = getattr(module, name)
        if getattr(thing, "__module__", "").startswith("registration"):
            found += [f"{module.__name__}.{name}{member}" for member in _bare(thing)]
    return found


def _defined_in(module: ModuleType) -> list[str]:
    public = {name: thing for name, thing in vars(module).items() if not name.startswith("_")}
    return [name for name, thing in public.items() if getattr(thing, "__module__", "") == module.__name__]


def _bare(thing: Any) -> list[str]:
    """ "" for the thing itself, and ".member" for each public member, where it has no docstring."""
    members = vars(thing).items() if inspect.isclass(thing) else ()
    return [
        *([] if _has_own_docstring(thing) else [""]),
        *(
            f".{name}"
            for name, value in members
            if not name.startswith("_") and name not in _fields(thing) and _is_described(value)
            if not _has_own_docstring(value, thing, name)
        ),
    ]


def _fields(thing: Any) -> set[str]:
    """A dataclass's fields may have functions as defaults."""
    return {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()


def _is_described(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, (property, classmethod, staticmethod))


def _has_own_docstring(value: Any, owner: type | None = None, member: str = "") -> bool:
    """Its own, or that of the method that it implements."""
    text = getattr(value, "__doc__", None) or ""
    if text and not text.startswith((f"{getattr(value, '__name__', '')}(", "str(object")):
        return True
    bases = owner.__mro__[1:] if owner else ()
    return any((vars(base).get(member) is not None and vars(base)[member].__doc__) for base in bases)


def test_actions_and_examples_import_public_names_only() -> None:
    files = [*(ROOT / "actions").rglob("*.py"), *(ROOT / "examples/dormitory").rglob("*.py")]
    allowed = {name: set(import_module(name).__all__) for name in PUBLIC}
    allowed["registration.class_registration"] = {"BOT"}
    imports = [found for file in files for found in _imported(file)]
    assert ("registration.rasa", "serve") in imports
    assert [one for one in imports if one[1] not in allowed.get(one[0], ())] == []


def _imported(file: Path) -> list[tuple[str, str]]:
    nodes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in nodes if (node.module or "").startswith("registration")]
    return [(str(node.module), alias.name) for node in ours for alias in node.names]
