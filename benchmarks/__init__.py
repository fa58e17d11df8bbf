"""Ratios between two things in one run; `python -m benchmarks` prints them, nothing asserts them."""
