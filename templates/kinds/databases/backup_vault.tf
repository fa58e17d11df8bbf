# Backups come from releases, which take one first (`before_release`), and from the `schedules` of a database.
module "backup_vault" {
  source = "../modules/backup_vault"

  name          = "@{own.name}"
  force_destroy = "@{not settings.production}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
}
