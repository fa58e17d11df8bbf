# {% include "kinds/keys/main.tf" %}
# One for the account and region; this stack owns it.
module "ebs_encryption" {
  # {% if own.keys %}
  source = "../modules/ebs_encryption_with_key"

  kms_key_arn = module.key_disks.arn
  # {% else %}
  source = "../modules/ebs_encryption"
  # {% endif %}
}
