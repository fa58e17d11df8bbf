"""What every kind and every floor above shares: entries, values in layers, an environment, names, rules."""
