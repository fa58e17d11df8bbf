module "state_bucket" {
  source = "./modules/state_bucket"

  name            = "@{states.bucket}"
  key_alias       = "@{states.key_alias}"
  account_id      = "@{states.account_id}"
  noncurrent_days = "@{states.noncurrent_days}"
}
