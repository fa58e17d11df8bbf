module "@{own.log_router.label}" {
  source = "../modules/log_router"

  region         = "@{own.region}"
  bucket         = "@{own.log_bucket_name}"
  prefix         = "@{own.log_prefix}"
  log_group_name = "@{own.log_group_name}"
  expression     = "@{entry.log_route.router.expression}"
  buffer         = "@{own.log_buffer}"
  # {% if entry.log_route.router.as_json %}
  as_json = true
  # {% endif %}
  # {% if own.search %}
  search = "@{own.search}"
  # {% endif %}
}
