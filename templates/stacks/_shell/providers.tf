provider "aws" {
  region              = "@{provider.region}"
  allowed_account_ids = "@{provider.accounts}"

  default_tags {
    tags = "@{provider.tags}"
  }
}

# {% for provider in providers %}
provider "@{provider.name}" {
  # {% for name, value in provider.configuration %}
  "@{name}" = "@{value}"
  # {% endfor %}
}

# {% endfor %}
