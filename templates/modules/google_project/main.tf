# What tasks use in a project of Google Cloud, which people have made. They have no key: Google's security token service
# asks AWS who signed in (GetCallerIdentity), and a role of this account signs in as a service account.
resource "google_project_service" "this" {
  for_each = var.apis

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false # the project may have other users
}

resource "google_iam_workload_identity_pool" "this" {
  project                   = var.project_id
  workload_identity_pool_id = var.name
  description               = var.title

  depends_on = [google_project_service.this]
}

# An identity is the name of an IAM role: what a session's ARN has between `assumed-role/` and the next slash. The whole
# ARN would be longer than the 127 characters that Google allows.
resource "google_iam_workload_identity_pool_provider" "aws" {
  # checkov:skip=CKV_GCP_125:GitHub does not sign in here; the roles of tasks do, and the condition names each

  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.this.workload_identity_pool_id
  workload_identity_pool_provider_id = var.provider_id
  attribute_mapping                  = { "google.subject" = "assertion.arn.extract('assumed-role/{role}/')" }
  attribute_condition                = "google.subject in ${jsonencode(sort(distinct(flatten(values(var.accounts)[*].aws_role_names))))}"

  aws {
    account_id = var.aws_account_id
  }
}

resource "google_service_account" "this" {
  for_each = var.accounts

  project     = var.project_id
  account_id  = each.value.id
  description = each.value.description

  depends_on = [google_project_service.this]
}

resource "google_service_account_iam_member" "signs_in" {
  for_each = merge([
    for name, account in var.accounts : {
      for role in account.aws_role_names : "${name}/${role}" => { account = name, role = role }
    }
  ]...)

  service_account_id = google_service_account.this[each.value.account].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.this.name}/subject/${each.value.role}"
}

resource "google_project_iam_member" "this" {
  for_each = merge([
    for name, account in var.accounts : {
      for role in account.roles : "${name}/${role}" => { account = name, role = role }
    }
  ]...)

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.this[each.value.account].member
}

resource "google_bigquery_dataset" "this" {
  # checkov:skip=CKV_GCP_81:Google encrypts what is in it with a key of its own; one of yours would be in a project of yours

  for_each = var.datasets

  project                     = var.project_id
  dataset_id                  = each.value.id
  description                 = each.value.description
  location                    = each.value.location
  default_table_expiration_ms = each.value.default_table_expiration_ms

  depends_on = [google_project_service.this]
}

resource "google_bigquery_dataset_iam_member" "this" {
  for_each = merge([
    for name, account in var.accounts : {
      for dataset in keys(var.datasets) : "${name}/${dataset}" => { account = name, dataset = dataset }
    } if account.dataset_role != null
  ]...)

  project    = var.project_id
  dataset_id = google_bigquery_dataset.this[each.value.dataset].dataset_id
  role       = var.accounts[each.value.account].dataset_role
  member     = google_service_account.this[each.value.account].member
}
