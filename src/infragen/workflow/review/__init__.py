"""A plan that is kept to be applied later: its file, and whether what it saw is still so."""
