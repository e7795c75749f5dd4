"""What Python's garbage collector looks through, in a process that serves until it is told to stop."""

import gc

_YOUNG = 10_000  # new containers between two collections of the young; Python's own 700 are a few messages


def spare_what_stays() -> None:
    """Take what is there now out of every collection to come: modules, classes, what was set up.

    Looking through all of it stops the process for tens of milliseconds, again and again. To be called when
    it begins to serve.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
