"""What changes inside one object, attribute by attribute: `engine` walks, `lists` pairs items, `documents` opens texts.

All of it works on safe values. A lens (`plan/lenses/`) says the same of one resource type in that type's own words.
"""
