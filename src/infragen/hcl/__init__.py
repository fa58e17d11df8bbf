"""HCL, Terraform's language: one writer, and one reader.

To write: `literal` turns values into expressions, so that nothing from a catalogue can become code; `blocks` puts them
into blocks; `layout` is `terraform fmt` without terraform.
"""
