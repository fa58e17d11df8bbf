module "@{own.own_certificate.label}" {
  # {% if own.is_proved_elsewhere %}
  source = "../modules/public_certificate_recorded"

  names = "@{own.names}"
  # {% else %}
  source = "../modules/public_certificate"

  names   = "@{own.names}"
  zone_id = "@{own.zone_id}"
  # {% endif %}
}
