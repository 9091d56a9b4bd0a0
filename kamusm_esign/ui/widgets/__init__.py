"""The components: small, painted from the roles of the theme, told what to say by their page."""
