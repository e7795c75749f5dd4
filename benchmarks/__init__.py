"""Measurements: peers and ourselves side by side in one run, as medians, ranges and ratios."""
