"""The root below an environment's states: their bucket, and the roles of CI."""
