# {% for move in moves %}
moved {
  from = "@{move.before}"
  to   = "@{move.after}"
}

# {% endfor %}
