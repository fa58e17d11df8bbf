# {% for key in own.keys %}
module "@{key.label}" {
  source = "../modules/kms_key"

  name                    = "@{key.name}"
  description             = "@{key.description}"
  account_id              = "@{own.account}"
  deletion_window_in_days = "@{settings.key_deletion_window}"
  service_grants          = "@{key.service_grants}"
}

# {% endfor %}
