"""What a person can be doing: one job at a time, each with its pages and its flow."""
