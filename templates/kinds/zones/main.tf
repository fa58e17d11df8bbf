# {% if own.is_made %}
module "@{own.zone.label}" {
  source = "@{own.zone_module}"

  # {% if zone.private %}
  vpc_id = "@{own.vpc.id}"
  # {% endif %}
  domain_name   = "@{own.domain_name}"
  comment       = "@{own.comment}"
  force_destroy = "@{not settings.production}"
}

# {% endif %}
# {% if own.records %}
module "@{own.records_module.label}" {
  source = "../modules/dns_records"

  zone_id = "@{own.zone_id}"
  records = "@{own.records}"
}
# {% endif %}
# {% if own.sends_mail %}

module "@{own.email_identity.label}" {
  source = "../modules/email_identity"

  domain_name            = "@{own.domain_name}"
  mail_from_domain       = "@{own.mail_from_domain}"
  configuration_set_name = "@{own.configuration_set_name}"
  zone_id                = "@{own.zone_id}"
  ttl                    = "@{zone.ttl}"
}
# {% endif %}
