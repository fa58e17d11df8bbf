module "mutual_tls_certificate" {
  source = "../modules/private_certificate"

  domain_name    = "@{own.shared_domain}"
  private_ca_arn = "@{own.authority.arn}"
}

module "@{own.shared.label}" {
  source = "../modules/load_balancer_verifying_shared"

  name                = "@{own.shared_name}"
  subnet_ids          = "@{own.subnets}"
  security_group_id   = "@{own.shared_group.id}"
  deletion_protection = "@{settings.protected}"
  certificate_arn     = module.mutual_tls_certificate.arn
  trust_store_arn     = module.client_authorities.arn
  log_bucket_name     = module.access_logs.name
  log_prefix          = "@{own.log_prefix}"
}
