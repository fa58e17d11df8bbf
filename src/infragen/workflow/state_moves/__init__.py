"""Resources that belong to another stack by now."""
