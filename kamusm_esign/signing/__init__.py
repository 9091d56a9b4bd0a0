"""Signatures (CAdES, PAdES), time stamps, and verifying them: the only importers of pyHanko.

pyHanko costs a quarter of a second to load, so the modules that a composition root names
(`builder.py`, `verifier.py`) import it, and everything that stands on it, when they are first asked
to do something.
"""

import logging

# What they log holds pieces of documents and certificates; what matters comes back as a value.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
