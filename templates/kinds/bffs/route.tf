# {% for route in own.bff_routes %}
# {% include "kinds/gateways/route.tf" %}
# {% endfor %}
