module "@{own.module.label}" {
  source = "../modules/load_balancer_client"

  load_balancer_arn = "@{own.balancer.arn}"
  port              = "@{own.port}"
  certificate_arn   = module.load_balancer_certificate.arn
  trust_store_arn   = module.client_authorities.arn
  subject           = "@{own.subject}"
  private_ca_arn    = "@{own.authority.arn}"
}
