"""How fast the pages of the review are, and whether they stay so with five million rows."""
