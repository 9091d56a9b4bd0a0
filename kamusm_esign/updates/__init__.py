"""Newer versions of the program: a signed manifest is read, verified, offered, and downloaded."""
