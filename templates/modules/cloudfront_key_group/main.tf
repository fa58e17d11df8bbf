# The keys that signed URLs and signed cookies are held against. A key is called by its own digest: another one is another
# resource beside it, and leaves once no distribution trusts it.
# AWS: "Serve private content with signed URLs and signed cookies", Amazon CloudFront Developer Guide.

locals {
  keys = { for key in var.public_keys : substr(sha256(key), 0, 8) => key }
}

resource "aws_cloudfront_public_key" "this" {
  for_each = local.keys

  name        = "${var.name}-${each.key}"
  comment     = "Signs for ${var.name}"
  encoded_key = "-----BEGIN PUBLIC KEY-----\n${join("\n", regexall(".{1,64}", each.value))}\n-----END PUBLIC KEY-----\n"

  lifecycle {
    create_before_destroy = true # AWS deletes none that a key group still has
  }
}

resource "aws_cloudfront_key_group" "this" {
  name    = var.name
  comment = "Whose signatures ${var.name} trusts"
  items   = [for key in aws_cloudfront_public_key.this : key.id]

  lifecycle {
    create_before_destroy = true # AWS deletes none that a distribution still has
  }
}
