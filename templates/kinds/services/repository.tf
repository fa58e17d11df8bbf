module "@{own.repository.label}" {
  source = "../modules/ecr_repository"

  name         = "@{own.name}"
  force_delete = "@{not settings.production}"
  # {% if entry.image.keep %}
  kept_images = "@{entry.image.keep}"
  # {% endif %}
  # {% if own.image_key %}
  kms_key_arn = "@{own.image_key}"
  # {% endif %}
}
