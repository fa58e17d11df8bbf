"""From a resolved environment to ordered stacks: files, module calls, outputs and inputs.

`model` has the words; one file here a kind of stack; `KINDS` in `build` is the table to extend.
"""
