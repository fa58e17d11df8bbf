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
# {% if bucket.versioning %}

module "@{own.versioning.label}" {
  source = "../modules/s3_bucket_versioning"

  bucket = "@{own.bucket.name}"
}
# {% endif %}
# {% if bucket.cors %}

# {% include "kinds/buckets/cors.tf" %}
# {% endif %}
# {% if own.events %}

module "@{own.events.label}" {
  source = "../modules/s3_bucket_events"

  bucket = "@{own.bucket.name}"
}
# {% endif %}
# {% if own.replica %}

module "@{own.replication.label}" {
  source = "../modules/s3_bucket_replication"

  bucket     = "@{own.versioning.bucket}"
  bucket_arn = "@{own.bucket.arn}"
  region     = "@{own.region}"
  role_name  = "@{own.replication_role_name}"
  deletions  = "@{bucket.replication.deletions}"
  # {% if bucket.replication.time_control %}
  time_control = "@{bucket.replication.time_control}"
  # {% endif %}
  # {% if own.key %}
  kms_key_arn = "@{own.key}"
  # {% endif %}

  replica = {
    bucket_arn = "@{own.replica.bucket.arn}"
    region     = "@{own.replica.region}"
    # {% if own.replica.key %}
    kms_key_arn = "@{own.replica.key}"
    # {% endif %}
  }
  # {% include "parts/role_boundary_given.tf" %}
}
# {% endif %}
