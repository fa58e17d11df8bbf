# {% for group in groups %}
module "@{group.label}" {
  source = "../modules/security_group"

  name        = "@{group.name}"
  description = "@{group.description}"
  vpc_id      = local.network.vpc_id

  ingress = "@{group.ingress}"
  egress  = "@{group.egress}"
}

# {% endfor %}
# {% for link in links %}
module "@{link.label}" {
  source = "../modules/security_group_link"

  source_security_group_id = "@{link.source}"
  target_security_group_id = "@{link.target}"
  port                     = "@{link.port}"
  description              = "@{link.description}"
}

# {% endfor %}
# {% for exit in prefix_list_exits %}
module "@{exit.label}" {
  source = "../modules/security_group_prefix_list_egress"

  security_group_id = "@{exit.source}"
  prefix_list_id    = "@{exit.target}"
  port              = "@{exit.port}"
  description       = "@{exit.description}"
}

# {% endfor %}
# {% for exit in cidr_exits %}
module "@{exit.label}" {
  source = "../modules/security_group_cidr_egress"

  security_group_id = "@{exit.source}"
  cidr_block        = "@{exit.target}"
  port              = "@{exit.port}"
  description       = "@{exit.description}"
}

# {% endfor %}
# {% include "stacks/_shell/moved.tf" %}
