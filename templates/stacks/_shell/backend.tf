terraform {
  backend "s3" {
    bucket              = "@{backend.bucket}"
    key                 = "@{backend.key}"
    region              = "@{backend.region}"
    allowed_account_ids = "@{backend.accounts}"
    use_lockfile        = true

    # No `encrypt`: it would ask for S3's own key instead of the bucket's. S3 leaves nothing unencrypted.
  }
}
