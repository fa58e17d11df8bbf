# One for the account; this stack owns it.
module "search_role" {
  source = "../modules/opensearch_service_linked_role"
}
