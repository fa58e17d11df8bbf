# {% if own.is_made %}
module "@{own.zone.label}" {
  source = "../modules/dns_zone"

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
