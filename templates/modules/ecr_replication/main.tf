# Copies what is pushed from now on; of repositories whose names begin with one of these.
resource "aws_ecr_replication_configuration" "this" {
  replication_configuration {
    # A rule has 100 filters at most, and a registry 10 rules.
    dynamic "rule" {
      for_each = chunklist(var.repositories, 100)

      content {
        destination {
          region      = var.region
          registry_id = var.account_id
        }

        dynamic "repository_filter" {
          for_each = rule.value

          content {
            filter      = repository_filter.value
            filter_type = "PREFIX_MATCH"
          }
        }
      }
    }
  }
}
