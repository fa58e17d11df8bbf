# {% if own.own_certificate %}
module "@{own.own_certificate.label}" {
  source = "../modules/public_certificate"

  names   = "@{own.names}"
  zone_id = "@{own.zone_id}"
}

# {% endif %}
# {% include "kinds/keys/main.tf" %}
# {% if own.has_firewall_here %}
# {% include "kinds/firewalls/main.tf" %}

# {% endif %}
# {% if own.page_function %}
module "@{own.page_function.label}" {
  source = "../modules/cloudfront_page_function"

  name = "@{own.page_function_name}"
  page = "@{distribution.default.index}"
}

# {% endif %}
# {% if own.brotli_function %}
module "@{own.brotli_function.label}" {
  source = "../modules/cloudfront_brotli_function"

  name = "@{own.brotli_function_name}"
}

# {% endif %}
# {% if own.page_policies %}
module "@{own.page_policies.label}" {
  source = "../modules/cloudfront_page_policies"

  name = "@{own.page_policies_name}"
}

# {% endif %}
# {% if own.download_policy %}
module "@{own.download_policy.label}" {
  source = "../modules/cloudfront_download_policy"

  name = "@{own.download_policy_name}"
}

# {% endif %}
# {% if own.key_group %}
module "@{own.key_group.label}" {
  source = "../modules/cloudfront_key_group"

  name        = "@{own.name}"
  public_keys = "@{own.public_keys}"
}

# {% endif %}
# {% if own.cache_policies %}
module "@{own.cache_policies.label}" {
  source = "../modules/cloudfront_cache_policies"

  name     = "@{own.name}"
  policies = "@{own.timed_policies}"
}

# {% endif %}
module "@{own.distribution.label}" {
  source = "@{own.module}"

  name        = "@{own.name}"
  price_class = "@{own.price_class}"
  # {% if own.is_secure %}
  aliases         = "@{own.names}"
  certificate_arn = "@{own.certificate_arn}"
  # {% endif %}
  # {% if distribution.firewall %}
  web_acl_arn = "@{own.web_acl.arn}"
  # {% endif %}
  # {% if own.bucket_origins %}

  bucket_origins = "@{own.bucket_origins}"
  # {% endif %}
  # {% if own.custom_origins %}

  custom_origins = "@{own.custom_origins}"
  # {% endif %}
  # {% if own.custom_headers %}

  custom_headers = "@{own.custom_headers}"
  # {% endif %}
  # {% if distribution.default.index %}

  index = "@{distribution.default.index}"
  # {% endif %}
  # {% if own.page_function %}
  page_function_arn = "@{own.page_function.arn}"
  # {% endif %}
  # {% if own.brotli_function %}

  brotli_function_arn = "@{own.brotli_function.arn}"
  # {% endif %}
  # {% if own.page_policies %}

  page_policies = {
    cache_policy_id            = "@{own.page_policies.cache_policy_id}"
    response_headers_policy_id = "@{own.page_policies.response_headers_policy_id}"
  }
  # {% endif %}
  # {% if own.download_policy %}

  download_policy_id = "@{own.download_policy.response_headers_policy_id}"
  # {% endif %}
  # {% if own.key_group %}

  key_group_id = "@{own.key_group.id}"
  # {% endif %}
  # {% if own.cache_policies %}

  cache_policies = "@{own.cache_policies.ids}"
  # {% endif %}

  default = "@{own.default_behaviour}"
  # {% if own.behaviours %}

  behaviours = "@{own.behaviours}"
  # {% endif %}
  # {% if tags %}

  tags = "@{tags}"
  # {% endif %}
}
# {% if own.zone_id and own.is_secure %}

module "@{own.aliases.label}" {
  source = "../modules/dns_aliases_dualstack"

  zone_id = "@{own.zone_id}"
  targets = "@{own.alias_targets}"
}
# {% endif %}
