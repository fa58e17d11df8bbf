# {% for route in own.bff_routes %}
# {% include "kinds/gateways/route.tf" %}
# {% if not loop.last %}

# {% endif %}
# {% endfor %}
