"""Create files of the catalogue."""
