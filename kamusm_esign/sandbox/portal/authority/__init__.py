"""The portal's own certificate authority: what it issues, and what it says of what it issued."""
