variable "name" {
  type        = string
  description = "Name of the workspace."
}

variable "role_name" {
  type        = string
  description = "Name of its role."
}

variable "account_id" {
  type        = string
  description = "AWS account whose Grafana may take the role."
}

variable "prometheus_arn" {
  type        = string
  description = "ARN of the workspace of Prometheus that it reads."
}

variable "sign_in" {
  type        = list(string)
  description = "How people sign in: AWS_SSO, SAML."
}

variable "grafana_version" {
  type        = string
  description = "Version of Grafana."
}
# {% include "parts/role_boundary_variable.tf" %}
