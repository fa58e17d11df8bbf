resource "aws_ecr_repository" "this" {
  name         = var.name
  force_delete = var.force_delete

  # A tag names one image for ever: what was tested is what runs, and a rollback finds it.
  image_tag_mutability = "IMMUTABLE"

  encryption_configuration {
    encryption_type = var.kms_key_arn == null ? "AES256" : "KMS"
    kms_key         = var.kms_key_arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

# ECR does not know which image runs. It expires images by their age or by the number of pushes since, and archives them,
# so that no task can start, by their last pull, which is long ago where no task was started (Amazon ECR User Guide:
# Lifecycle policy properties). So tagged images stay, unless a number of them was asked for. What a tag names may be an index:
# the images in it and its attestations have no tag, no rule expires them before it, and they are not counted.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = concat(
      [{
        rulePriority = 1
        description  = "Untagged images that no index holds: of interrupted pushes, or of an index that is gone."
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = 7
        }
        action = { type = "expire" }
      }],
      [for kept in var.kept_images[*] : {
        rulePriority = 2
        description  = "Keep the newest tagged images."
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = kept
        }
        action = { type = "expire" }
      }],
    )
  })
}
