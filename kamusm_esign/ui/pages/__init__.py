"""One screen a module; `page.py` is what all of them are."""
