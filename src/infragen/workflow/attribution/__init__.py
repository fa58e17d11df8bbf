"""Which catalogue entry and line an object, a value or a finding belongs to."""
