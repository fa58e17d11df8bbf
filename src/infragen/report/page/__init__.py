"""The parts of the HTML page.

`change` is one change, `groups` are changes that stand together and decide how much of each is shown, `sections` are
outputs, checks and whatever else is no change of an object, `frame` is what stands around them: headline, filters,
contents, policy. `assets` holds the page's one style and one script.
"""
