variable "bucket" {
  type        = string
  description = "Name of the bucket."
}
