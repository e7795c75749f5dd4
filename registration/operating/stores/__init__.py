"""Every place where something of a student may lie, each with the same two questions."""
