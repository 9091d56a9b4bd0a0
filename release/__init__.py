"""Makes what people install out of a checkout; `python3 dev.py build` runs `release.build`."""
