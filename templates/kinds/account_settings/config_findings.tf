module "config_findings" {
  source = "../modules/config_findings"

  system        = "@{own.system}"
  region        = "@{own.region}"
  recorder_name = "@{own.name}"
  rule_name     = "@{own.rule_name}"
  topic_arn     = "@{own.topic_arn}"
}
