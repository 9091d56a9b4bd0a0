"""Colours, type, icons and the few strokes of the brush that every widget shares."""
