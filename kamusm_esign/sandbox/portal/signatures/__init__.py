"""Judges signatures with nothing of the program that made them."""

import logging

# A signature that does not stand is a client's affair: it is answered, and is no warning of ours.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)
