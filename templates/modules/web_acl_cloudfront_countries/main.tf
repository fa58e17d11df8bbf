# {% extends "modules/web_acl_countries/main.tf" %}
# {% block title %}
# What reaches a distribution of CloudFront at all, in us-east-1: requests from some countries, then what passes rules that
# AWS keeps, then how much one address may send. web_acl_cloudfront is its twin for all countries. Shield Standard is always
# on.
# {% endblock %}
# {% block scope %}
  scope       = "CLOUDFRONT"
# {% endblock %}
# {% block set_scope %}
  scope              = "CLOUDFRONT"
# {% endblock %}
# {% block attached %}
# {% endblock %}
