"""The history of the schema, which Alembic walks: one file a step under `versions/`.

A step makes what is missing and leaves alone what is there, so that it can be taken again where it was cut
off (MySQL commits each change of a table by itself), and so that tables of the original system are adopted.
No step has a way back: it would lose data. Whoever wants one restores a backup.
"""

REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]
