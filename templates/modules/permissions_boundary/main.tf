# What a role never gets beyond, whatever is attached to it.
resource "aws_iam_policy" "this" {
  name        = var.name
  description = var.description
  policy      = var.policy
}
