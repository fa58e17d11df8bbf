module "namespace" {
  source = "../modules/private_dns_namespace"

  name        = "@{own.name}"
  description = "@{own.description}"
  vpc_id      = module.vpc.id
}
