"""What the portal does, whoever asks for it: one module a subject, no HTTP."""
