"""What the program keeps and says: journal, settings, key store, logs, texts."""
