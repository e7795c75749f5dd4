"""Every metric, by process. Times are in seconds; labels hold names of ours, never a student's."""
