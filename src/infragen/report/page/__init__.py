"""The parts of the HTML page.

`markup` is one change, `groups` are changes that stand together and decide how much of each is shown, `frame` is the
rest: headline, filters, contents, policy, and outputs, checks and whatever else is no change of an object. `assets`
holds the page's one style and one script.
"""
