module "@{own.own_certificate.label}" {
  source = "@{own.certificate_module}"

  names = "@{own.names}"
  # {% if not own.is_proved_elsewhere %}
  zone_id = "@{own.zone_id}"
  # {% endif %}
}
