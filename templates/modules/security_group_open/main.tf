# {% extends "modules/security_group/main.tf" %}
# {% block open %}
# Ranges of addresses that may connect: the internet, networks that are listed, or an AWS service by its prefix list.
# security_group is its twin without.
resource "aws_vpc_security_group_ingress_rule" "open" {
  for_each = var.open_ingress

  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value.cidr_block
  prefix_list_id    = each.value.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  description       = each.value.description
}

# {% endblock %}
