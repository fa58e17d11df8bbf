# {% for group in own.groups %}
module "@{group.label}" {
  source = "@{group.source}"

  name        = "@{group.name}"
  description = "@{group.description}"
  vpc_id      = "@{own.vpc.id}"
  # {% if group.open_ingress %}

  open_ingress = "@{group.open_ingress}"
  # {% endif %}
  # {% if group.ingress %}

  ingress = "@{group.ingress}"
  # {% endif %}
  # {% if group.egress %}

  egress = "@{group.egress}"
  # {% endif %}
  # {% if group.peer_ingress %}

  peer_ingress = "@{group.peer_ingress}"
  # {% endif %}
  # {% if group.peer_egress %}

  peer_egress = "@{group.peer_egress}"
  # {% endif %}
}

# {% endfor %}
