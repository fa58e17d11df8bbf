"""One change set, many faces; one file per format, each with a pure `render`.

`labels` names things for people, `addresses` says how an address is shown, `change_details` what is shown of one
change, `severity` grades. `similar_changes` finds the same change in many places, `groups` decides what belongs
together and in which order. `change_lines` writes one change and `outline` a group as the lines that terminal and
Markdown share, `page` has the parts of the HTML page. `diagnostics` has the formats of findings, `progress` shows a run
while it happens.
"""
