"""The client of the portal's short-lived code API."""
