variable "bucket" {
  type        = string
  description = "Name of the bucket."
}

variable "origins" {
  type        = set(string)
  description = "Websites whose pages may reach it, with scheme: https://app.example.com."
}

variable "methods" {
  type        = set(string)
  description = "What they may send: GET, HEAD, PUT, POST, DELETE."
}

variable "headers" {
  type        = set(string)
  description = "Headers that a request may have."
}

variable "expose" {
  type        = set(string)
  description = "Headers of answers that pages may read."
}

variable "max_age" {
  type        = number
  description = "Seconds that a browser remembers the answer to its first question."
}
