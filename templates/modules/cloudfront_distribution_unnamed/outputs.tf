# {% extends "modules/cloudfront_distribution/outputs.tf" %}
