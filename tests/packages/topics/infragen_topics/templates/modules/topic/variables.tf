variable "name" {
  type        = string
  description = "Name of the topic."
}

variable "delay_seconds" {
  type        = number
  description = "Seconds between two attempts to deliver."
}

variable "retries" {
  type        = number
  description = "How often delivery is tried again."
}
