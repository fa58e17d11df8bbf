module "@{own.module.label}" {
  source = "../modules/private_certificate"

  domain_name    = "@{own.subject}"
  private_ca_arn = "@{own.authority.arn}"
}
