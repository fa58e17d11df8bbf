# {% for key in own.keys %}
module "@{key.label}" {
  source = "../modules/kms_key"

  name                    = "@{key.name}"
  description             = "@{key.description}"
  account_id              = "@{own.account}"
  deletion_window_in_days = "@{own.deletion_window_in_days}"
  service_grants          = "@{key.service_grants}"
}

# {% endfor %}
