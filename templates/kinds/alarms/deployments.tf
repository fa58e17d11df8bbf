module "deployment_failures" {
  source = "../modules/deployment_failures"

  system     = "@{own.system}"
  account_id = "@{own.account}"
  region     = "@{own.region}"
  topic_arn  = "@{own.topic_arn}"
  deployers  = "@{own.deployers}"
}
