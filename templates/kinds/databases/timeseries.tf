# {% if database.timeseries.is_table %}
# Its measurements. AWS takes no new customers of it since 20 June 2025: an account that is none cannot apply this.
module "@{own.timeseries.label}" {
  source = "../modules/timestream_table"

  database_name = "@{own.timeseries_name}"
  table_name    = "@{database.inner_name}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  memory_hours  = "@{database.timeseries.memory_hours}"
  magnetic_days = "@{database.timeseries.retention}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% else %}
# Its measurements: lines of JSON, each with a line feed at its end, by the day.
module "@{own.timeseries.label}" {
  source = "../modules/record_route"

  stream_name        = "@{own.log_stream_name}"
  account_id         = "@{own.account}"
  region             = "@{own.region}"
  bucket_arn         = "@{own.log_bucket_arn}"
  prefix             = "@{own.log_prefix}"
  timezone           = "@{own.time_zone}"
  delivery_role_name = "@{own.log_delivery_role_name}"
  retention_in_days  = "@{settings.log_retention}"
  # {% if own.log_bucket_key %}
  bucket_kms_key_arn = "@{own.log_bucket_key}"
  # {% endif %}
  # {% if own.log_bucket_alias %}
  bucket_kms_alias = "@{own.log_bucket_alias}"
  # {% endif %}
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
}
# {% endif %}
