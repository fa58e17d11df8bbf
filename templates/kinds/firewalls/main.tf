module "@{own.web_acl.label}" {
  source = "@{own.web_acl_module}"

  name        = "@{own.web_acl_name}"
  description = "@{own.web_acl_description}"
  # {% if own.web_acl_target %}
  resource_arn = "@{own.web_acl_target}"
  # {% endif %}
  # {% if own.checked_header %}
  custom_header = "@{own.checked_header}"
  # {% elif own.logged_custom_header %}
  custom_header_name = "@{own.logged_custom_header}"
  # {% endif %}
  log_group_name        = "@{own.web_acl_log_group_name}"
  log_retention_in_days = "@{own.web_acl_log_retention}"
  # {% if own.logs_every_request %}
  log_every_request = "@{own.logs_every_request}"
  # {% endif %}
  # {% if own.logs_key %}
  logs_kms_key_arn = "@{own.logs_key}"
  # {% endif %}
  # {% if own.countries %}
  countries = "@{own.countries}"
  # {% endif %}

  managed_rules = "@{own.managed_rules}"
  # {% if own.counted_at %}

  counted_at = "@{own.counted_at}"
  # {% endif %}
  # {% if own.inspected_body %}

  inspected_body = "@{own.inspected_body}"
  # {% endif %}

  rate_rules = "@{own.rate_rules}"
}
