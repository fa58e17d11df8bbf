"""One change set, many faces; one file a format, each with a pure `render`.

`words` names things for people, `risk` grades, `groups` decides what stands together and in which order, `outline`
turns groups into lines that terminal and Markdown share, `page` has the parts of the HTML page. `diagnostics` has the
formats of findings, `progress` shows a run while it happens.
"""
