terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
    # {% for provider in providers %}
    "@{provider.label}" = {
      source  = "@{provider.source}"
      version = "@{provider.version}"
    }
    # {% endfor %}
  }
}
