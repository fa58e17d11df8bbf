module "@{own.rotation.label}" {
  source = "../modules/secret_rotation"

  secret_arn    = "@{own.secret.arn}"
  function_arn  = "@{own.rotating_function.arn}"
  function_name = "@{own.rotating_function.name}"
  statement_id  = "@{own.statement_id}"
  account_id    = "@{own.account}"
  days          = "@{secret.rotation.every}"
}
