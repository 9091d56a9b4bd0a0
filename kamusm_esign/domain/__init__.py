"""Values and rules. Standard library only; no input, output, clock or text."""
