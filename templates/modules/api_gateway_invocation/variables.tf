variable "function_name" {
  type        = string
  description = "Name of the function."
}

variable "source_arns" {
  type        = map(string)
  description = "What of the API may invoke it, by the names of the statements: methods and paths of its stage, or an authorizer."
}
