terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # {% if variant.tokens %}
      version = ">= 6.15, < 7.0" # default_auth_scheme
      # {% else %}
      version = ">= 5.100, < 7.0"
      # {% endif %}
    }
  }
}
