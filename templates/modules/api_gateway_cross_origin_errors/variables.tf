variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}
