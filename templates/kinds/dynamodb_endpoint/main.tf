module "endpoint_dynamodb" {
  source = "../modules/vpc_gateway_endpoint"

  name            = "@{own.endpoint.name}"
  vpc_id          = module.vpc.id
  service_name    = "@{own.endpoint.service_name}"
  route_table_ids = values(module.vpc.app_route_table_ids)
}
