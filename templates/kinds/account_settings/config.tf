# {% include "kinds/keys/main.tf" %}
# One for the account and region; this stack owns it.
module "config" {
  source = "../modules/config_recorder"

  name                = "@{own.name}"
  role_name           = "@{own.role_name}"
  bucket_name         = "@{own.bucket_name}"
  account_id          = "@{own.account}"
  recording_frequency = "@{own.frequency}"
  global_resources    = "@{own.global_resources}"
  rules               = "@{own.rules}"
  retention_in_days   = "@{own.retention}"
  force_destroy       = "@{not settings.production}"
  # {% if own.keys %}
  kms_key_arn = module.key_config.arn
  # {% endif %}
  # {% include "parts/role_boundary_given.tf" %}
}
