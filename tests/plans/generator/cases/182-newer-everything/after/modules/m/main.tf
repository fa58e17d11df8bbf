resource "terraform_data" "new_name" {
  for_each = { "a.b" = "moves" }
  input    = each.value
}
