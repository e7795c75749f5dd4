"""How good and how fast the timetable search is, beside other ways to do it."""
