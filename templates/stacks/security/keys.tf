# {% for key in keys %}
module "@{key.label}" {
  source = "../modules/kms_key"

  name                    = "@{key.name}"
  description             = "@{key.description}"
  account_id              = "@{key.account_id}"
  deletion_window_in_days = "@{key.deletion_window_in_days}"
  service_grants          = "@{key.service_grants}"
}

# {% endfor %}
