# {% include "stacks/security/groups.tf" %}
