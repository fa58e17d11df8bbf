resource "terraform_data" "script" {
  input = <<-EOT
    #!/bin/bash
    set -e
    apt-get update
    apt-get install -y nginx
    echo "ready" | tee /run/ready
  EOT
}

resource "terraform_data" "trailing" {
  input = "one\ntwo\n"
}

resource "terraform_data" "crlf" {
  input = "one\r\ntwo\r\n"
}

resource "terraform_data" "one_to_many" {
  input = "a single line"
}

resource "terraform_data" "fences" {
  input = "```\ncode\n```\n<details>\n| a | b |\n"
}
