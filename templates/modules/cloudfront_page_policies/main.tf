# What keeps the pages of a site new: their names stay the same when their contents change. S3 says nothing of how long
# an object may be kept unless whoever uploaded it did.
# AWS: "Manage how long content stays in the cache (expiration)", Amazon CloudFront Developer Guide.

resource "aws_cloudfront_cache_policy" "this" {
  name        = var.name
  comment     = "A minute, or as the origin says"
  min_ttl     = 0 # more would keep what the origin forbids to keep
  default_ttl = 60
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# Without a word, browsers keep a page for a tenth of its age (RFC 9111, 4.2.2: heuristic freshness).
resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259:subdomains and the list that browsers ship are for the owner of the domain to decide
  name    = var.name
  comment = "Browsers ask whether a page is still the same, and never over plain HTTP"

  custom_headers_config {
    items {
      header   = "Cache-Control"
      value    = "no-cache"
      override = false
    }
  }

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = false
    }
  }
}
