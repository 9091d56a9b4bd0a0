"""The reference portal: `portal-api.yaml` in executable form, and the first web pages.

Where to look: `api.py` the operations · `sessions.py`, `codes.py`, `step_up.py`, `unblock.py`,
`documents.py` what they do · `database.py` what is kept · `keys.py` what protects it · `pages.py`
the web pages · `server.py` the process.
"""
