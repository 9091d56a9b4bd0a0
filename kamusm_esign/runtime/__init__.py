"""What makes the pure flows happen: lanes, effect handlers, the flow driver, recovery."""
