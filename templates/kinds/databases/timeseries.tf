# Its measurements. AWS takes no new customers of it since 20 June 2025: an account that is none cannot apply this.
module "@{own.timeseries.label}" {
  source = "../modules/timestream_table"

  database_name = "@{own.timeseries_name}"
  table_name    = "@{own.table_name}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  memory_hours  = "@{own.said.memory_hours}"
  magnetic_days = "@{own.said.retention}"
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
