# Certificates inside the platform come from its own authority; it also decides who counts as a client.
module "private_ca" {
  source = "../modules/private_ca"

  common_name             = "@{authority.common_name}"
  organization            = "@{authority.organization}"
  validity_in_years       = "@{authority.validity_in_years}"
  deletion_window_in_days = "@{authority.deletion_window_in_days}"
}

module "load_balancer_certificate" {
  source = "../modules/private_certificate"

  domain_name    = "@{authority.load_balancer_domain}"
  private_ca_arn = module.private_ca.arn
}

module "client_authorities" {
  source = "../modules/trust_store"

  name               = "@{authority.trust_store_name}"
  bucket_name        = "@{authority.trust_store_bucket_name}"
  certificate_bundle = module.private_ca.root_certificate
}
