# {% if own.keys %}
# {% include "kinds/keys/main.tf" %}

# {% endif %}
module "@{own.bucket.label}" {
  source = "../modules/s3_bucket"

  name                    = "@{own.name}"
  force_destroy           = "@{not settings.production}"
  incomplete_uploads_days = "@{bucket.incomplete_uploads}"
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}
  # {% if bucket.lifecycle %}

  lifecycle_rules = "@{own.lifecycle_rules}"
  # {% endif %}
  # {% if own.statements %}

  statements = "@{own.statements}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}

module "@{own.versioning.label}" {
  source = "../modules/s3_bucket_versioning"

  bucket = "@{own.bucket.name}"
}
# {% if bucket.cors %}

# {% include "kinds/buckets/cors.tf" %}
# {% endif %}
