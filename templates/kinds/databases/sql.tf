# Its users, made as soon as it runs, and again when their SQL changes.
module "@{own.sql_module.label}" {
  source = "../modules/aurora_sql"

  cluster_arn         = "@{own.database.cluster_arn}"
  cluster_resource_id = "@{own.database.resource_id}"
  secret_arn          = "@{own.database.master_secret_arn}"
  database_name       = "@{own.database_name}"
  statements          = "@{own.sql_file}"
  # {% if own.has_passwords %}
  passwords         = "@{own.sql_passwords}"
  password_versions = "@{own.sql_password_versions}"
  # {% endif %}
}
