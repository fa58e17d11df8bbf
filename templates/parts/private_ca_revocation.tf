# {# What an authority that issues says of what it revoked. #}
# Disabled in so many words where nobody verifies clients, so that an authority which had a list has none any more.
revocation_configuration {
  crl_configuration {
    enabled        = var.revocation_bucket_name != null
    s3_bucket_name = var.revocation_bucket_name
    s3_object_acl  = var.revocation_bucket_name == null ? null : "BUCKET_OWNER_FULL_CONTROL"

    # Load balancers keep the copy that they were given: its end must not come while the authority's certificate holds.
    expiration_in_days = var.revocation_bucket_name == null ? null : 3653
  }
}
