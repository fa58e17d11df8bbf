"""Generate files for CI systems."""
