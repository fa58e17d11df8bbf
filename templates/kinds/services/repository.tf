module "@{own.repository.label}" {
  source = "../modules/ecr_repository"

  name         = "@{own.name}"
  kept_images  = "@{entry.image.keep}"
  force_delete = "@{not settings.production}"
  # {% if own.image_key %}
  kms_key_arn = "@{own.image_key}"
  # {% endif %}
}
