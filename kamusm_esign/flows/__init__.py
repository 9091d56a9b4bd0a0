"""Jobs that can spend something, as pure functions: `step(state, event) -> (state, effects)`."""
