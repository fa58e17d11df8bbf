resource "terraform_data" "script" {
  input = <<-EOT
    #!/bin/bash
    set -eu
    apt-get update
    apt-get install -y nginx curl
    	echo "ready" | tee /run/ready
    systemctl restart nginx
  EOT
}

resource "terraform_data" "trailing" {
  input = "one\ntwo"
}

resource "terraform_data" "crlf" {
  input = "one\ntwo\n"
}

resource "terraform_data" "one_to_many" {
  input = "a single line\nand more"
}

resource "terraform_data" "fences" {
  input = "```\ncode changed\n```\n</details>\n| a | c |\n"
}
