module "guardduty_findings" {
  source = "../modules/guardduty_findings"

  system   = "@{own.system}"
  region   = "@{own.region}"
  findings = "@{own.findings}"
}
