module "@{own.results.label}" {
  source = "../modules/s3_bucket"

  name                    = "@{own.bucket_name}"
  force_destroy           = "@{not settings.production}"
  incomplete_uploads_days = 1
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}

  lifecycle_rules = "@{own.lifecycle_rules}"
}

module "@{own.workgroup.label}" {
  source = "../modules/athena_workgroup"

  name          = "@{own.name}"
  description   = "@{workgroup.title}"
  database_name = "@{own.database_name}"
  account_id    = "@{own.account}"
  bucket        = "@{own.results.name}"
  most_bytes    = "@{own.most_bytes}"
  force_destroy = "@{not settings.production}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}

  queries = "@{own.queries}"
}
# {% for table in own.tables %}

module "@{table.module.label}" {
  source = "@{table.source}"

  name          = "@{table.name}"
  database_name = "@{own.workgroup.database_name}"
  location      = "@{table.location}"
  # {% if not table.is_hourly %}
  days = "@{table.days}"
  # {% endif %}
  # {% if table.is_audit %}

  regions = "@{table.regions}"
  # {% endif %}
  # {% if table.is_lines %}
  sources = "@{table.sources}"
  columns = "@{table.columns}"
  # {% endif %}
}
# {% endfor %}
