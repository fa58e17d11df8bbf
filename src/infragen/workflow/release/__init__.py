"""New images: migrations before services, and what AWS CodeDeploy delivers."""
