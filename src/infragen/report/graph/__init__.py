"""The picture of an environment, one module a format: Mermaid and DOT for other programs to draw, and an SVG."""
