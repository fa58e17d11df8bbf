# {% if own.revocation_list %}
module "@{own.revocation_list.label}" {
  source = "../modules/revocation_list_bucket"

  name       = "@{own.revocation_bucket_name}"
  account_id = "@{own.account}"
}

# {% endif %}
# Certificates inside the platform come from its own authority; it also decides who counts as a client.
module "private_ca" {
  source = "@{own.module}"

  common_name = "@{own.common_name}"
  # {% if own.organization %}
  organization = "@{own.organization}"
  # {% endif %}
  validity_in_years       = "@{own.validity_in_years}"
  deletion_window_in_days = "@{settings.key_deletion_window}"
  # {% if own.revocation_list and not own.subordinate %}
  revocation_bucket_name = "@{own.revocation_list.name}"
  # {% endif %}
}
# {% if own.subordinate %}

module "@{own.subordinate.label}" {
  source = "../modules/private_ca_subordinate"

  root_arn    = module.private_ca.arn
  common_name = "@{own.subordinate_name}"
  # {% if own.organization %}
  organization = "@{own.organization}"
  # {% endif %}
  validity_in_years       = "@{own.subordinate_validity_in_years}"
  deletion_window_in_days = "@{settings.key_deletion_window}"
  # {% if own.revocation_list %}
  revocation_bucket_name = "@{own.revocation_list.name}"
  # {% endif %}
}
# {% endif %}
