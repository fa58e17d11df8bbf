"""Stacks to text: templates that are valid HCL, values that cannot become code, the layout of `terraform fmt`.

`templates` finds and renders, `languages` is the table of file kinds, `extra_files` takes in hand-written HCL,
`external_programs` refuses what would run besides the AWS provider, and `render` puts a whole environment together.
"""
