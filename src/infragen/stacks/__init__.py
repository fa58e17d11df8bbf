"""From a resolved environment to parts in stacks, and what stacks read of each other.

`model` has the words, `build` collects the parts, `layout` says where each stands, `wiring` what is read across.
"""
