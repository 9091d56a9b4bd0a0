"""The web pages of *Online İşlemler*: server-rendered, and whole without JavaScript.

`routes.py` is the table of all pages; `web.py` what each of them gets and gives; a module a
subject besides. Their words are in `texts/`, their HTML in `templates/`.
"""
