# {% extends "modules/web_acl_tuned/main.tf" %}
# {% block title %}
# What reaches a distribution of CloudFront at all, in us-east-1: rules that AWS keeps, of which some may only count what
# they find, then how much one address may send. The distribution says itself that this is its web ACL. Shield Standard
# is always on.
# {% endblock %}
# {% block scope %}
  scope       = "CLOUDFRONT"
# {% endblock %}
# {% block association %}
# {% endblock %}
