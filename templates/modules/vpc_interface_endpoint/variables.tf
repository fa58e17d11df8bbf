variable "name" {
  type        = string
  description = "Name of the endpoint."
}

variable "vpc_id" {
  type        = string
  description = "VPC that the endpoint serves."
}

variable "service_name" {
  type        = string
  description = "AWS service behind the endpoint, such as com.amazonaws.ap-northeast-1.ecr.api."
}

variable "subnet_ids" {
  type        = set(string)
  description = "Subnets that get an address of the endpoint, at most one a zone."
}

variable "security_group_ids" {
  type        = set(string)
  description = "Security groups that say who may use the endpoint."
}
