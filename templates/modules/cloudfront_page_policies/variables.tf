variable "name" {
  type        = string
  description = "Name of both policies."
}
