resource "aws_backup_vault" "this" {
  name          = var.name
  force_destroy = var.force_destroy
  kms_key_arn   = var.kms_key_arn
}
