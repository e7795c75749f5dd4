"""`reread`."""

from registration.operating.terminal import Yes, ask, settings, tell
from registration.storage.engine import open_engine
from registration.storage.rereading import begin_again
from registration.storage.writer import Writer


def reread(yes: Yes = False) -> None:
    """Make the review's conversations anew from the log, after an update that reads more in it.

    Marks, notes and tags stay. A worker then fills the tables; the counts of days whose log was deleted by
    retention are gone.
    """
    ask("Make all conversations of the review anew from the log?", yes)
    engine = open_engine(settings().database_url)
    try:
        Writer(engine).prepare()
        begin_again(engine)
    finally:
        engine.dispose()
    tell("done; a running worker reads the log from its beginning")
