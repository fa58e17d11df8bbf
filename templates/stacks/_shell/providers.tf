provider "aws" {
  region              = "@{provider.region}"
  allowed_account_ids = "@{provider.accounts}"

  default_tags {
    tags = {
      Environment = "@{provider.environment}"
      ManagedBy   = "infragen"
      System      = "@{provider.system}"
    }
  }
}
