container_name = "@{own.container_name}"
image          = "@{own.image}"
# {% if own.is_extended %}
# {% if own.repository_arns %}
repository_arns = "@{own.repository_arns}"
# {% endif %}
# {% if own.pull_secret %}
pull_secret_arn = "@{own.pull_secret}"
# {% endif %}
# {% else %}
repository_arn = "@{own.repository_arn}"
# {% endif %}
cpu              = "@{own.cpu}"
memory           = "@{own.memory}"
tmp_size         = "@{own.tmp_size}"
cpu_architecture = "@{own.cpu_architecture}"
# {% if own.has_port %}
port = "@{entry.port}"
# {% endif %}
read_only_root_filesystem = "@{own.is_read_only}"
execution_role_name       = "@{own.execution_role_name}"
task_role_name            = "@{own.task_role_name}"
log_group_name            = "@{own.log_group_name}"
log_retention_in_days     = "@{own.log_retention}"
# {% if own.logs_key %}
logs_kms_key_arn = "@{own.logs_key}"
# {% endif %}

# {% if entry.command %}

command = "@{entry.command}"
# {% endif %}
# {% if entry.entry_point %}

entry_point = "@{entry.entry_point}"
# {% endif %}
# {% if entry.user %}

user = "@{entry.user}"
# {% endif %}
# {% if entry.stop_timeout %}

stop_timeout = "@{entry.stop_timeout}"
# {% endif %}
# {% if own.health_command %}

health_check = "@{own.health_command}"
# {% endif %}
# {% if own.depends_on %}

depends_on_sidecars = "@{own.depends_on}"
# {% endif %}
# {% if own.sidecars %}

sidecars = "@{own.sidecars}"
# {% endif %}
# {% if own.writable_paths %}

writable_paths = "@{own.writable_paths}"
# {% endif %}

environment = "@{own.environment}"
# {% if own.secrets %}

secrets = "@{own.secrets}"
# {% endif %}
# {% if own.other_secrets %}

other_secret_arns = "@{own.other_secrets}"
# {% endif %}
# {% if own.start_key %}

secrets_kms_key_arn = "@{own.start_key}"
# {% endif %}
# {% if own.policies %}

policies = "@{own.policies}"
# {% endif %}
