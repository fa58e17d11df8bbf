# {% include "kinds/keys/main.tf" %}
# One for the account; this stack owns it.
module "cloudtrail" {
  source = "../modules/cloudtrail"

  name              = "@{own.name}"
  bucket_name       = "@{own.bucket_name}"
  account_id        = "@{own.account}"
  region            = "@{own.region}"
  retention_in_days = "@{own.retention}"
  force_destroy     = "@{not settings.production}"
  # {% if own.keys %}
  kms_key_arn = module.key_audit_trail.arn
  # {% endif %}
}
