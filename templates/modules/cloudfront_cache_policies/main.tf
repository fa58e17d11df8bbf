# How long CloudFront keeps responses, and by what of a request it tells them apart. What is in the key is forwarded to
# the origin, and nothing else: no response depends on what the key lacks.
# AWS: "Understand cache policies", Amazon CloudFront Developer Guide.

resource "aws_cloudfront_cache_policy" "this" {
  for_each = var.policies

  name        = "${var.name}-${each.key}"
  comment     = "${each.value.ttl} seconds, or less if the origin says so"
  min_ttl     = 0 # more would keep what the origin forbids to keep
  default_ttl = each.value.ttl
  max_ttl     = each.value.ttl

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = length(each.value.cookies) > 0 ? "whitelist" : "none"

      dynamic "cookies" {
        for_each = length(each.value.cookies) > 0 ? [each.value.cookies] : []

        content {
          items = cookies.value
        }
      }
    }

    headers_config {
      header_behavior = length(each.value.headers) > 0 ? "whitelist" : "none"

      dynamic "headers" {
        for_each = length(each.value.headers) > 0 ? [each.value.headers] : []

        content {
          items = headers.value
        }
      }
    }

    query_strings_config {
      query_string_behavior = each.value.all_query_strings ? "all" : length(each.value.query_strings) > 0 ? "whitelist" : "none"

      dynamic "query_strings" {
        for_each = length(each.value.query_strings) > 0 ? [each.value.query_strings] : []

        content {
          items = query_strings.value
        }
      }
    }
  }

  lifecycle {
    create_before_destroy = true # AWS deletes none that a distribution still has
  }
}
