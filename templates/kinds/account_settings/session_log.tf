# One for the account and region; this stack owns it.
module "session_log" {
  source = "../modules/session_log"

  log_group_name    = "@{own.log_group_name}"
  retention_in_days = "@{own.retention}"
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
}
