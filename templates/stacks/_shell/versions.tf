terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # {% if aws_provider == "6" %}
      version = "~> 6.25"
      # {% else %}
      version = "~> 5.100"
      # {% endif %}
    }
    # {% for provider in providers %}
    "@{provider.label}" = {
      source  = "@{provider.source}"
      version = "@{provider.version}"
    }
    # {% endfor %}
  }
}
