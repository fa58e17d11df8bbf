module "load_balancer_certificate" {
  source = "../modules/private_certificate"

  domain_name    = "@{own.load_balancer_domain}"
  private_ca_arn = "@{own.authority.arn}"
}

module "client_authorities" {
  source = "../modules/trust_store"

  name               = "@{own.trust_store_name}"
  bucket_name        = "@{own.trust_store_bucket_name}"
  certificate_bundle = "@{own.root.root_certificate}"
  # {% if own.also_trusted %}
  other_certificates = "@{own.also_trusted}"
  # {% endif %}
}
# {% if own.is_shared %}
# {% include "kinds/mutual_tls/shared.tf" %}
# {% endif %}
