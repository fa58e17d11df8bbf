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
