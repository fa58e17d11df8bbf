# What its users may do, which people tell the database.
module "@{own.users_module.label}" {
  source = "../modules/database_users"

  database_resource_id = "@{own.resource_id}"
  script               = "@{own.script}"
  users                = "@{own.user_access}"
}
