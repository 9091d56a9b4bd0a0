"""The API of `portal-api.yaml`: `operations.py`, their bodies and their problems."""
