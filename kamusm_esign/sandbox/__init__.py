"""The whole system without a card, a reader or the real portal. The product never imports it."""
