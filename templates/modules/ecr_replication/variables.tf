variable "account_id" {
  description = "Account of both registries."
  type        = string
}

variable "region" {
  description = "Region that images are copied to."
  type        = string
}

variable "repositories" {
  description = "Names of the repositories whose images are copied; they exist in both regions."
  type        = list(string)
}
