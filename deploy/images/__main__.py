"""`python -m deploy.images`: what each image adds to its base.

Megabytes of the locked packages as `make install-test` installed them, before an engine compresses them;
the base image and, for Rasa, the trained model come on top.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from rich.console import Console
from rich.table import Table

_MB = 1_000_000
_NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_COPY = re.compile(r"^COPY (?!--from)(.+) \S+$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """`lock` is copied and installed, `environment` holds the same packages on this machine."""

    name: str
    lock: Path
    environment: Path

    @property
    def dockerfile(self) -> Path:
        return Path("deploy/images") / f"{self.name}.Dockerfile"

    def sources(self) -> list[Path]:
        """What the image takes from the repository besides its lock file."""
        named = [Path(name) for line in _COPY.findall(self.dockerfile.read_text()) for name in line.split()]
        return [path for path in named if path != self.lock]


IMAGES = (
    Image("services", Path("requirements/services.txt"), Path(".venv-services")),
    Image("rasa", Path("requirements/rasa.txt"), Path(".venv")),
)


def main() -> None:
    table = Table("image", "packages", "MB", "code, MB", "largest packages, MB")
    for image in IMAGES:
        sizes = package_sizes(image)
        largest = sorted(sizes.items(), key=lambda one: -one[1])[:4]
        code = sum(_size(path) for path in image.sources())
        shown = ", ".join(f"{name} {size / _MB:.0f}" for name, size in largest)
        packages = sum(sizes.values())
        table.add_row(image.name, str(len(sizes)), f"{packages / _MB:.0f}", f"{code / _MB:.1f}", shown)
    Console().print(table)


def package_sizes(image: Image) -> dict[str, int]:
    """Bytes of each locked package that is installed; those for other systems are not."""
    locked = {_normal(name) for name in _NAME.findall(image.lock.read_text())}
    site = next(image.environment.glob("lib/python*/site-packages"))
    found = {_normal(one.metadata["Name"]): one for one in distributions(path=[str(site)])}
    return {name: sum(_sizes(found[name])) for name in sorted(locked & found.keys())}


def _sizes(package: Distribution) -> Iterator[int]:
    for file in package.files or ():
        path = Path(str(package.locate_file(file)))
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.stat().st_size


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(
        file.stat().st_size
        for file in files
        if file.is_file() and not {"__pycache__", "node_modules"} & set(file.parts)
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
