"""YAML 1.2 and TOML to plain data, with the position of every key and value.

Numbers are read only where nothing can be lost: decimal integers without a leading zero become `int`; everything else
that YAML would guess at (`1.50`, `012345671234`, `12:30`, `0x1F`) stays the text that stands in the file, and the field
that receives it decides. `no` and `on` are strings, as the YAML 1.2 core schema says.
"""

from infragen.source.yaml12 import Document, holds, json_values, node_of, parse, read, read_text, yaml_text

__all__ = ["Document", "holds", "json_values", "node_of", "parse", "read", "read_text", "yaml_text"]
