"""AWS asked without Terraform, for what no resource says: whether an image is there, how a deployment ends.

Nothing here changes anything in AWS but `deployments.deploy_again` and `data_api.run_sql`.
"""
