# GitHub as an identity provider of this account; an account has one. No thumbprint: AWS checks GitHub's certificate
# against its own list of certificate authorities ("Create an OpenID Connect (OIDC) identity provider in IAM", IAM User
# Guide).
resource "aws_iam_openid_connect_provider" "this" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}
