"""Stacks to text: templates that are valid HCL, values that cannot become code, the layout of `terraform fmt`.

`hcl` writes values, `templates` finds and renders, `align` lays out, `languages` is the table of file kinds, `extra_files`
takes in hand-written HCL, and `render` puts a whole environment together.
"""
