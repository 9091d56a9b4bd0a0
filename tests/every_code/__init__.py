"""Every failure code comes out of the running program: one scenario each, none left out."""
