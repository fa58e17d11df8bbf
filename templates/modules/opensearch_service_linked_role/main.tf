# With it AWS stands in a VPC, for every domain of the account (Amazon OpenSearch Service Developer Guide: Using
# service-linked roles to create VPC domains).
resource "aws_iam_service_linked_role" "this" {
  aws_service_name = "opensearchservice.amazonaws.com"
}
