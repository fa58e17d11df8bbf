# What people uploaded is of whatever type they say: opened as a page, it would run with the cookies of the site whose name
# it is served under. So browsers save it; images in pages are shown as before, since this header is not for them.
# OWASP: "File Upload Cheat Sheet"; AWS: "Add response headers in CloudFront responses", Amazon CloudFront Developer Guide.

resource "aws_cloudfront_response_headers_policy" "this" {
  # checkov:skip=CKV_AWS_259:subdomains and the list that browsers ship are for the owner of the domain to decide
  name    = var.name
  comment = "Browsers save what people uploaded, and run none of it"

  # Who uploads an object may have given it another one.
  custom_headers_config {
    items {
      header   = "Content-Disposition"
      value    = "attachment"
      override = true
    }
  }

  # For what shows it all the same: elements such as <embed>.
  security_headers_config {
    content_security_policy {
      content_security_policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
      override                = true
    }

    content_type_options {
      override = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = false
    }
  }
}
