"""A plan's values, and what of them may be shown: the only package that opens one without redaction.

The way of a value: `decode` turns bytes into an outline in which values stay closed (`document`), `sensitive_values`
finds what is marked anywhere in a plan or called sensitive by a provider (`provider_schemas`), a `redactor` keeps that
out of every text, and `safe` is the only way from a plan's own values to those that may be shown (`values`). Where
values must be compared and not shown there is `keyed_digest`; `log_redaction` is for texts that may quote a plan.
"""
