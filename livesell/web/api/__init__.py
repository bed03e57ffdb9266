"""The JSON API, version 1. Start with `routes.py`: one table says all that there is."""
