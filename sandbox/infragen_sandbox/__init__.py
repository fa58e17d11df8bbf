"""The emulated AWS: code that runs in the emulators' own processes.

`server` is moto behind `handler`, with `corrections` (one file per thing moto gets wrong), `shortcuts` (the same
answers sooner), `gate` (what AWS would have refused) and `inventory` (what exists, in Terraform's words). But for a
list of words, nothing here imports the rest of infragen; whoever wants a sandbox starts one through
`infragen.terraform.sandbox`.
"""
