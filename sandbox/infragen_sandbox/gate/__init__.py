"""What AWS would have refused: every request is held against AWS's own model of its API before an emulator sees it.

`calls` reads a request with moto's parsers, `constraints` holds it against botocore's model, `exceptions` lists where
that model is narrower than AWS, `rules` are the documented rules that no model has (one file each), and `answers` says
no in the service's own protocol, with AWS's own code. `gatekeeper` is all of it.
"""
