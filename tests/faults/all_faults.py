"""All faults; loading the files that define them fills the table."""

from tests.faults import hurt_database, hurt_programs, hurt_servers  # noqa: F401
from tests.faults.catalogue import EXPERIMENTS, FAULTS, Skipped

__all__ = ["EXPERIMENTS", "FAULTS", "Skipped"]
