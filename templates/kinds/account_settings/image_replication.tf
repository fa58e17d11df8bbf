# One for the account and region; this stack owns it.
module "image_replication" {
  source = "../modules/ecr_replication"

  account_id   = "@{own.account}"
  region       = "@{own.region}"
  repositories = "@{own.repositories}"
}
