"""The reference portal: `portal-api.yaml` in executable form, and the web pages of Online İşlemler.

Where to look: `api/` the operations over HTTP · `services/` what they and the pages do ·
`signatures/` who judges what was signed · `authority/` the certificate authority · `pages/` the
web pages · `tables.py` what is kept, `database.py` how · `keys.py` what protects it · `server.py`
the process · `commands.py` the command line.
"""
