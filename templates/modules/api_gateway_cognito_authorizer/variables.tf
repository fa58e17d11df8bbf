variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

# {% if variant.cognito %}
variable "user_pool_arns" {
  type        = list(string)
  description = "ARNs of the user pools."
}
# {% else %}
variable "region" {
  type        = string
  description = "Region of the API and of the function."
}

variable "function_arn" {
  type        = string
  description = "ARN of the function; who may invoke it, its own policy says."
}
# {% endif %}
