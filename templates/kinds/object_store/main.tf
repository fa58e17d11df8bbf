# Image layers come from S3: through the gateway endpoint they cost nothing and never leave AWS's network.
module "endpoint_s3" {
  source = "../modules/vpc_gateway_endpoint"

  name            = "@{own.endpoint.name}"
  vpc_id          = module.vpc.id
  service_name    = "@{own.endpoint.service_name}"
  route_table_ids = values(module.vpc.app_route_table_ids)
}
