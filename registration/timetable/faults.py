"""What is wrong with a catalogue file: every fault with its row and column, not the first alone."""

from dataclasses import dataclass

from registration.errors import CatalogueError

SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One fault. `row` is a line number or a place such as "subjects[3].sections[0]"; "" for the whole
    file."""

    row: str
    column: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.row, self.column and f"column {self.column}") if part)
        return f"{place}: {self.message}" if place else self.message


class BadCatalogue(CatalogueError):
    """The file cannot be used; `faults` lists everything that is wrong with it, in the file's order."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(file, faults)
        self.file = file
        self.faults = faults

    def __str__(self) -> str:
        lines = [f"{self.file}: {fault}" for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"{self.file}: and {len(self.faults) - SHOWN} more faults")
        return "\n".join(lines)
