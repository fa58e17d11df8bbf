# {% for adoption in adoptions %}
import {
  to = "@{adoption.to}"
  id = "@{adoption.id}"
}

# {% endfor %}
