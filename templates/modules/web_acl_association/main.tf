resource "aws_wafv2_web_acl_association" "this" {
  web_acl_arn  = var.web_acl_arn
  resource_arn = var.resource_arn
}
