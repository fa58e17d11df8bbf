"""AWS asked without Terraform, for what no resource and no plan can say: whether an image is there.

Nothing here changes anything in AWS.
"""
