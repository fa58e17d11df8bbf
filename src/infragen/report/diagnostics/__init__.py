"""Findings as text, JSON, GitHub annotations and SARIF: one file a format, `render(diagnostics) -> str`."""
