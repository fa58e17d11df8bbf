"""One change set, many faces; one file a format, each with a pure `render`.

`words` names things for people, `addresses` says how an address is shown, `details` what is told of one change, `risk`
grades. `same` finds the same change in many places, `groups` decides what stands together and in which order. `lines`
writes one change and `outline` a group as the lines that terminal and Markdown share, `page` has the parts of the HTML
page. `diagnostics` has the formats of findings, `progress` shows a run while it happens.
"""
