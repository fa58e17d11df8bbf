# Image layers come from S3: through the gateway endpoint they cost nothing and never leave AWS's network.
module "endpoint_s3" {
  source = "../modules/s3_gateway_endpoint"

  name            = "@{own.endpoint.name}"
  vpc_id          = module.vpc.id
  region          = "@{own.region}"
  account_id      = "@{own.account}"
  route_table_ids = values(module.vpc.app_route_table_ids)
  # {% if settings.network.foreign_buckets %}
  bucket_names = "@{settings.network.foreign_buckets}"
  # {% endif %}
}
