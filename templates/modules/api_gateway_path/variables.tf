variable "rest_api_id" {
  type        = string
  description = "Id of the API."
}

variable "parent_id" {
  type        = string
  description = "Id of the path that it is below, or of the API's root."
}

variable "path_part" {
  type        = string
  description = "The segment, without slashes; in braces, a variable."
}
