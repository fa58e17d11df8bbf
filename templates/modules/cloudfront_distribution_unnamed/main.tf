# {% extends "modules/cloudfront_distribution/main.tf" %}
# {% block title %}
# A CloudFront distribution with the name that AWS gave it. cloudfront_distribution is its twin with names of its own.
# Shield Standard is always on.
# {% endblock %}
# {% block names %}
# {% endblock %}
# {% block certificate %}
    # checkov:skip=CKV_AWS_174:AWS's own certificate decides which versions of TLS there are
    cloudfront_default_certificate = true
# {% endblock %}
