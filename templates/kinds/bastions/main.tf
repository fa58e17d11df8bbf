module "@{own.host.label}" {
  source = "../modules/bastion"

  name              = "@{own.name}"
  ami               = "@{bastion.ami}"
  instance_type     = "@{bastion.size}"
  subnet_id         = "@{own.subnet}"
  security_group_id = "@{own.group.id}"
  is_public         = "@{own.is_public}"
  # {% if bastion.key_name %}
  key_name = "@{bastion.key_name}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  is_protected          = "@{own.is_protected}"
  session_log_group_arn = "@{own.session_log_group_arn}"
  # {% include "parts/role_boundary_given.tf" %}
}
