import {
  to = terraform_data.by_id
  id = "66666666-7777-8888-9999-000000000000"
}

import {
  for_each = { a = "aaaaaaaa-0000-0000-0000-000000000001", "b.c" = "aaaaaaaa-0000-0000-0000-000000000002" }
  to       = terraform_data.many[each.key]
  id       = each.value
}

resource "terraform_data" "by_id" {
  input = "changed"
}

resource "terraform_data" "many" {
  for_each = { a = 1, "b.c" = 2 }
}

resource "terraform_data" "fresh" {
  input = terraform_data.by_id.id
}
