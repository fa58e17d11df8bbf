# One for the account and region; this stack owns it.
module "guardduty" {
  source = "../modules/guardduty_detector"

  features = "@{own.features}"
}
