variable "secret_name" {
  type        = string
  description = "Name of the secret, which its replica has as well."
}
