module "@{own.log_route.label}" {
  source = "../modules/log_route"

  stream_name    = "@{own.log_stream_name}"
  account_id     = "@{own.account}"
  region         = "@{own.region}"
  log_group_name = "@{own.logging.log_group_name}"
  # {% if entry.log_route.pattern %}
  pattern = "@{entry.log_route.pattern}"
  # {% endif %}
  bucket_arn         = "@{own.log_bucket_arn}"
  prefix             = "@{own.log_prefix}"
  timezone           = "@{own.time_zone}"
  delivery_role_name = "@{own.log_delivery_role_name}"
  sender_role_name   = "@{own.log_sender_role_name}"
  retention_in_days  = "@{own.log_retention}"
  # {% if own.log_bucket_key %}
  bucket_kms_key_arn = "@{own.log_bucket_key}"
  # {% endif %}
  # {% if own.log_bucket_alias %}
  bucket_kms_alias = "@{own.log_bucket_alias}"
  # {% endif %}
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
