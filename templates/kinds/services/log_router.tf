module "@{own.log_router.label}" {
  source = "../modules/log_router"

  region         = "@{own.region}"
  bucket         = "@{own.log_bucket_name}"
  prefix         = "@{own.log_prefix}"
  log_group_name = "@{own.log_group_name}"
  expression     = "@{own.routed_lines}"
  buffer         = "@{own.log_buffer}"
  # {% if own.is_taken_apart %}
  as_json = true
  # {% endif %}
  # {% if own.search %}
  search = "@{own.search}"
  # {% endif %}
}
