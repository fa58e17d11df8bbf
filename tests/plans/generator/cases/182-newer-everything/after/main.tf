resource "terraform_data" "replaced" {
  input            = "a"
  triggers_replace = { image = 2 }
}

resource "terraform_data" "replaced_create_first" {
  input            = "a"
  triggers_replace = ["x", 2]
  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "follows" {
  input = terraform_data.replaced.id
  lifecycle {
    replace_triggered_by = [terraform_data.replaced_create_first]
  }
}

resource "terraform_data" "changed" {
  input = { list = [1, 3, 4], text = "one\n2\n", number = 9007199254740992, extra = null }
}

moved {
  from = terraform_data.old_name
  to   = module.m.terraform_data.new_name["a.b"]
}

moved {
  from = terraform_data.old_name_changed
  to   = terraform_data.new_name_changed
}

module "m" {
  source = "./modules/m"
}

resource "terraform_data" "new_name_changed" {
  input = "moved and changed"
}

resource "terraform_data" "shrinks" {
  count = 1
  input = count.index
}

resource "terraform_data" "same" {
  input = "same"
}

resource "terraform_data" "new" {
  for_each = toset(["a", "<b>", "c \"d\""])
  input    = { key = each.key, from = terraform_data.replaced.id }
}

check "always_fails" {
  assert {
    condition     = terraform_data.same.output == "other"
    error_message = "same is ${terraform_data.same.output}, not other"
  }
}

output "changed" {
  value = terraform_data.changed.output
}

output "new" {
  value = { for key, one in terraform_data.new : key => one.id }
}
