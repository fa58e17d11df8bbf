"""HCL, Terraform's language: one writer, and one reader that whatever looks into HCL text asks.

To write: `literal` turns values into expressions, so that nothing from a catalogue can become code; `blocks` puts them
into blocks; `layout` is `terraform fmt` without terraform; `header` says what a file is made from.

To read: `index` knows what stands where in a file, `folders` what the folders of an environment declare and call,
`module_lines` which line of a module says what; `addresses` takes an address apart. `grammar` checks
that text which somebody else wrote is HCL as Terraform takes it, which the index takes for granted.
"""
