resource "terraform_data" "kept" {
  input = "left alone"
}

resource "terraform_data" "gone" {
  input = "destroyed"
}

module "m" {
  source = "./modules/m"
}
