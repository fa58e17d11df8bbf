# {% if settings.standby_of %}
# Nothing copies the primary's images: a release pushes them here as well, and the runbook compares.
# {% endif %}
module "@{own.repository.label}" {
  source = "../modules/ecr_repository"

  name         = "@{own.name}"
  force_delete = "@{not settings.production}"
  # {% if own.kept_images %}
  kept_images = "@{own.kept_images}"
  # {% endif %}
  # {% if own.image_key %}
  kms_key_arn = "@{own.image_key}"
  # {% endif %}
}
