resource "terraform_data" "replaced" {
  input            = "a"
  triggers_replace = { image = 1 }
}

resource "terraform_data" "replaced_create_first" {
  input            = "a"
  triggers_replace = ["x", 1]
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "changed" {
  input = { list = [1, 2, 3], text = "one\ntwo\n", number = 9007199254740993 }
}

resource "terraform_data" "old_name" {
  input = "moves"
}

resource "terraform_data" "old_name_changed" {
  input = "moves and changes"
}

resource "terraform_data" "shrinks" {
  count = 3
  input = count.index
}

resource "terraform_data" "same" {
  input = "same"
}

output "changed" {
  value = terraform_data.changed.output
}

output "gone" {
  value = 1
}
