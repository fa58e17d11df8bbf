terraform {
  backend "s3" {
    bucket              = "@{backend.bucket}"
    key                 = "@{backend.key}"
    region              = "@{backend.region}"
    allowed_account_ids = "@{backend.accounts}"
    encrypt             = true
    use_lockfile        = true
  }
}
