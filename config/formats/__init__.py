"""How dates are shown, beside what Django knows of each language."""
