# {% for upstream in upstreams %}
data "terraform_remote_state" "@{upstream.label}" {
  backend = "s3"

  config = {
    bucket = "@{upstream.backend.bucket}"
    key    = "@{upstream.backend.key}"
    region = "@{upstream.backend.region}"
  }
}

# {% endfor %}
locals {
  # {% for upstream in upstreams %}
  "@{upstream.name}" = "@{upstream.outputs}"
  # {% endfor %}
}
