# {% if variant.named %}
# A CloudFront distribution with names of its own. cloudfront_distribution_unnamed is its twin without. Shield Standard
# is always on.
# {% else %}
# A CloudFront distribution with the name that AWS gave it. cloudfront_distribution is its twin with names of its own.
# Shield Standard is always on.
# {% endif %}

locals {
  # AWS: "Use managed cache policies" and "Use managed origin request policies", Amazon CloudFront Developer Guide.
  cache_policies = merge(var.cache_policies, {
    optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6" # CachingOptimized
    disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # CachingDisabled
    pages     = var.page_policies.cache_policy_id
  })
  forward_policies = {
    # The Host that the viewer sent: the origin's certificate has to prove the name of the origin, or that one.
    all-viewer             = "216adef6-5c7f-47e4-b989-5492eafa07d3" # AllViewer
    host-only              = "bf0718e1-ba1e-49d1-88b1-f726733018ae" # HostHeaderOnly, where answers are kept for many
    all-viewer-except-host = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AllViewerExceptHostHeader: the origin's own name
  }
  methods = {
    read    = ["GET", "HEAD"]
    options = ["GET", "HEAD", "OPTIONS"]
    all     = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
  }
  # Buckets with a copy are asked as a group of two: the copy, where the bucket does not answer.
  copies = { for name, origin in var.bucket_origins : name => origin if origin.copy != null }
  groups = { for name in keys(local.copies) : name => "${name}-or-copy" }
}

resource "aws_cloudfront_origin_access_control" "this" {
  for_each = var.bucket_origins

  name                              = "${var.name}-${each.key}"
  description                       = "Reads the bucket of the origin ${each.key}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "this" {
  # checkov:skip=CKV_AWS_68:its web ACL is a module of its own, where the entry asks for one (`firewall`)
  # checkov:skip=CKV2_AWS_47:the rules of that web ACL are the entry's
  # checkov:skip=CKV_AWS_86:its firewall keeps a log of requests, of all where the entry says so (`log: all`)
  # checkov:skip=CKV_AWS_310:an origin has a second one where the entry asks for it (`failover`), and the bucket has copies
  # checkov:skip=CKV_AWS_374:countries are the firewall's, which lets health checks of Route 53 in from elsewhere
  # checkov:skip=CKV2_AWS_32:headers of answers are the origin's
  # {% if not variant.named %}
  # checkov:skip=CKV2_AWS_42:AWS's own name has AWS's own certificate; rule H176 tells that it takes TLS 1.0
  # {% endif %}
  comment         = var.name
  enabled         = true
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  # {% if variant.named %}
  aliases = var.aliases
  # {% endif %}
  default_root_object = var.index
  web_acl_id          = var.web_acl_arn

  dynamic "origin" {
    for_each = var.bucket_origins

    content {
      origin_id                = origin.key
      domain_name              = origin.value.domain_name
      origin_path              = origin.value.path
      origin_access_control_id = aws_cloudfront_origin_access_control.this[origin.key].id

      # Where there is a copy, it is asked after 6 s without an answer, and not after 30 s as CloudFront does by itself.
      connection_attempts = contains(keys(local.groups), origin.key) ? 2 : 3
      connection_timeout  = contains(keys(local.groups), origin.key) ? 3 : 10
    }
  }

  dynamic "origin" {
    for_each = local.copies

    content {
      origin_id                = "${origin.key}-copy"
      domain_name              = origin.value.copy
      origin_path              = origin.value.path
      origin_access_control_id = aws_cloudfront_origin_access_control.this[origin.key].id
    }
  }

  # AWS: "Optimize high availability with CloudFront origin failover", Amazon CloudFront Developer Guide.
  dynamic "origin_group" {
    for_each = local.groups

    content {
      origin_id = origin_group.value

      failover_criteria {
        status_codes = [500, 502, 503, 504]
      }

      member {
        origin_id = origin_group.key
      }

      member {
        origin_id = "${origin_group.key}-copy"
      }
    }
  }

  dynamic "origin" {
    for_each = var.custom_origins

    content {
      origin_id   = origin.key
      domain_name = origin.value.domain_name
      origin_path = origin.value.path

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = origin.value.protocol
        origin_ssl_protocols   = ["TLSv1.2"]
      }

      # It replaces what a viewer sends. Terraform's plan shows nothing of the origins beside it: they are one set.
      dynamic "custom_header" {
        for_each = [for name in nonsensitive(keys(var.custom_headers)) : name if name == origin.key]

        content {
          name  = nonsensitive(var.custom_headers[custom_header.value].name)
          value = var.custom_headers[custom_header.value].value
        }
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = lookup(local.groups, var.default.origin, var.default.origin)
    allowed_methods            = local.methods[var.default.methods]
    cached_methods             = local.methods.read
    cache_policy_id            = local.cache_policies[var.default.cache]
    origin_request_policy_id   = var.default.forward == null ? null : local.forward_policies[var.default.forward]
    response_headers_policy_id = var.default.download ? var.download_policy_id : var.default.cache == "pages" ? var.page_policies.response_headers_policy_id : null
    trusted_key_groups         = var.default.signed ? [var.key_group_id] : []
    compress                   = var.default.compress
    viewer_protocol_policy     = "redirect-to-https"

    dynamic "function_association" {
      for_each = var.default.brotli ? var.brotli_function_arn[*] : var.page_function_arn[*]

      content {
        event_type   = "viewer-request"
        function_arn = function_association.value
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.behaviours

    content {
      path_pattern               = ordered_cache_behavior.value.path
      target_origin_id           = lookup(local.groups, ordered_cache_behavior.value.origin, ordered_cache_behavior.value.origin)
      allowed_methods            = local.methods[ordered_cache_behavior.value.methods]
      cached_methods             = local.methods.read
      cache_policy_id            = local.cache_policies[ordered_cache_behavior.value.cache]
      origin_request_policy_id   = ordered_cache_behavior.value.forward == null ? null : local.forward_policies[ordered_cache_behavior.value.forward]
      response_headers_policy_id = ordered_cache_behavior.value.download ? var.download_policy_id : ordered_cache_behavior.value.cache == "pages" ? var.page_policies.response_headers_policy_id : null
      trusted_key_groups         = ordered_cache_behavior.value.signed ? [var.key_group_id] : []
      compress                   = ordered_cache_behavior.value.compress
      viewer_protocol_policy     = "redirect-to-https"

      dynamic "function_association" {
        for_each = ordered_cache_behavior.value.brotli ? var.brotli_function_arn[*] : []

        content {
          event_type   = "viewer-request"
          function_arn = function_association.value
        }
      }
    }
  }

  # CloudFront keeps these for 10 s, whatever the cache policy, and gives them to everybody (Amazon CloudFront Developer
  # Guide, "Control how long CloudFront caches errors"): those of services are each caller's own.
  dynamic "custom_error_response" {
    for_each = length(var.custom_origins) > 0 ? [404, 405, 414, 500, 501, 502, 503, 504] : []

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    # {% if variant.named %}
    acm_certificate_arn      = var.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021" # TLS 1.3, too
    ssl_support_method       = "sni-only"
    # {% else %}
    # checkov:skip=CKV_AWS_174:AWS's own certificate decides which versions of TLS there are
    cloudfront_default_certificate = true
    # {% endif %}
  }
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}
