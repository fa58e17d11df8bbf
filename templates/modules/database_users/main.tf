# What each user of a database may do where people make the users with a script: no object of AWS, so that a plan shows
# what somebody has to tell the database, or the one that replaces it.
resource "terraform_data" "user" {
  for_each = var.users

  input = merge(
    {
      database = var.database_resource_id
      script   = var.script
      user     = each.key
      of       = each.value.of
      access   = each.value.access
    },
    { for version in each.value.password_version[*] : "password_version" => version },
  )
}
