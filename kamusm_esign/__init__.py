"""E-İmza Uygulaması: the PIN of an AKİS card, and signatures, with a code from the portal."""

__version__ = "2.0.0"
