module "state_bucket" {
  source = "./modules/state_bucket"

  name            = "@{states.bucket}"
  key_alias       = "@{states.key_alias}"
  account_id      = "@{states.account_id}"
  noncurrent_days = "@{states.noncurrent_days}"
}
# {% if copies %}

# Each state, and the mark that one is deleted, in the bucket of the standby's states: with this region, its stacks in
# others would be lost to Terraform. The key there is named by its alias, which is known before it is made.
module "copies" {
  source = "./modules/s3_bucket_replication"

  bucket      = module.state_bucket.name
  bucket_arn  = module.state_bucket.arn
  region      = "@{copies.source_region}"
  kms_key_arn = module.state_bucket.kms_key_arn
  role_name   = "@{copies.role_name}"

  replica = {
    bucket_arn     = "@{copies.bucket_arn}"
    region         = "@{copies.region}"
    kms_key_arn    = "@{copies.key_alias_arn}"
    kms_key_policy = "@{copies.keys}"
  }

  deletions    = true
  time_control = true
  # {% if settings.permissions_boundary %}

  permissions_boundary_arn = null # that is for roles of the stacks: this one works on the states
  # {% endif %}
}
# {% endif %}
