# {% include "kinds/keys/main.tf" %}
# One for the account and region; this stack owns it.
module "ebs_encryption" {
  source = "@{own.module}"
  # {% if own.keys %}

  kms_key_arn = module.key_disks.arn
  # {% endif %}
}
