resource "aws_db_proxy_endpoint" "this" {
  db_proxy_name          = var.proxy_name
  db_proxy_endpoint_name = var.name
  target_role            = "READ_ONLY"
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [var.security_group_id]
}
