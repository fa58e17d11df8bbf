module "@{own.label}" {
  source = "../modules/lambda_function_outcomes"

  title  = "@{entry.title}"
  entry  = "@{own.owner}"
  system = "@{own.system}"

  account_id     = "@{own.account}"
  region         = "@{own.region}"
  name           = "@{own.name}"
  log_group_name = "@{own.log_group_name}"
  outcomes       = "@{own.outcomes}"
}
