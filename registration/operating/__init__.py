"""What an operator does from the command line: look, purge, mend dead letters. Generic: it knows no bot."""
