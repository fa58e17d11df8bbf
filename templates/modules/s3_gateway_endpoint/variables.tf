variable "name" {
  type        = string
  description = "Name of the endpoint."
}

variable "vpc_id" {
  type        = string
  description = "VPC that the endpoint serves."
}

variable "region" {
  type        = string
  description = "Region of the VPC, whose S3 it leads to."
}

variable "account_id" {
  type        = string
  description = "Account whose buckets it leads to."
}

variable "bucket_names" {
  type        = set(string)
  default     = []
  description = "Buckets of other accounts that it leads to as well."
}

variable "route_table_ids" {
  type        = set(string)
  description = "Route tables that reach the service through the endpoint."
}
