locals {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Readers", Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/plans" }, Action = ["plans:Get*", "plans:List*"], Resource = "*" }]
  })
}

resource "aws_backup_vault_policy" "a" {
  backup_vault_name = "plans"
  policy            = local.policy
}

resource "aws_cloudwatch_event_bus_policy" "a" {
  policy = local.policy
}

resource "aws_cloudwatch_log_destination_policy" "a" {
  destination_name = "plans"
  access_policy    = local.policy
}

resource "aws_cloudwatch_log_resource_policy" "a" {
  policy_name     = "plans"
  policy_document = local.policy
}

resource "aws_dynamodb_resource_policy" "a" {
  resource_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/plans"
  policy       = local.policy
}

resource "aws_ecr_registry_policy" "a" {
  policy = local.policy
}

resource "aws_ecr_repository_policy" "a" {
  repository = "plans"
  policy     = local.policy
}

resource "aws_efs_file_system_policy" "a" {
  file_system_id = "fs-0a1b2c3d"
  policy         = local.policy
}

resource "aws_iam_group_policy" "a" {
  group  = "plans"
  policy = local.policy
}

resource "aws_iam_policy" "a" {
  policy = local.policy
}

resource "aws_iam_role" "a" {
  assume_role_policy = local.policy
}

resource "aws_iam_role_policy" "a" {
  role   = "plans"
  policy = local.policy
}

resource "aws_iam_user_policy" "a" {
  user   = "plans"
  policy = local.policy
}

resource "aws_kinesis_resource_policy" "a" {
  resource_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/plans"
  policy       = local.policy
}

resource "aws_kms_key" "a" {
  policy = local.policy
}

resource "aws_kms_key_policy" "a" {
  key_id = "1b2c3d4e"
  policy = local.policy
}

resource "aws_msk_cluster_policy" "a" {
  cluster_arn = "arn:aws:kafka:us-east-1:123456789012:cluster/plans/1b2c"
  policy      = local.policy
}

resource "aws_opensearch_domain_policy" "a" {
  domain_name     = "plans"
  access_policies = local.policy
}

resource "aws_s3_access_point" "a" {
  bucket = "plans"
  name   = "plans"
  policy = local.policy
}

resource "aws_s3_bucket_policy" "a" {
  bucket = "plans"
  policy = local.policy
}

resource "aws_secretsmanager_secret" "a" {
  policy = local.policy
}

resource "aws_secretsmanager_secret_policy" "a" {
  secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:plans-AbCdEf"
  policy     = local.policy
}

resource "aws_sns_topic" "a" {
  policy = local.policy
}

resource "aws_sns_topic_policy" "a" {
  arn    = "arn:aws:sns:us-east-1:123456789012:plans"
  policy = local.policy
}

resource "aws_sqs_queue" "a" {
  policy = local.policy
}

resource "aws_sqs_queue_policy" "a" {
  queue_url = "https://sqs.us-east-1.amazonaws.com/123456789012/plans"
  policy    = local.policy
}

resource "aws_ssoadmin_permission_set_inline_policy" "a" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
  permission_set_arn = "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"
  inline_policy      = local.policy
}

resource "aws_vpc_endpoint" "a" {
  service_name = "com.amazonaws.us-east-1.s3"
  vpc_id       = "vpc-0a1b2c3d"
  policy       = local.policy
}

resource "aws_vpc_endpoint_policy" "a" {
  vpc_endpoint_id = "vpce-0a1b2c3d"
  policy          = local.policy
}
