module "@{own.dashboard.label}" {
  source = "../modules/dashboard"

  name    = "@{own.name}"
  widgets = "@{own.widgets}"
}
