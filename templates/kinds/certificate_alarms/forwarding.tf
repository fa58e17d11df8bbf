# CloudFront's certificates are here, and ACM tells of them here alone.
module "certificate_events_forwarding" {
  source = "../modules/event_forwarding"

  name        = "@{own.name}"
  account_id  = "@{own.account}"
  source_name = "aws.acm"
  only        = "@{own.only}"
  to_region   = "@{own.region}"
  # {% include "parts/role_boundary_given.tf" %}
}
