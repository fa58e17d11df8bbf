resource "terraform_data" "replaced" {
  input            = "a"
  triggers_replace = ["a"]
}

resource "terraform_data" "gone" {
  input = "a"
}
