"""`make run`: the whole bot on one machine, in one terminal, for somebody who wants to see it."""
