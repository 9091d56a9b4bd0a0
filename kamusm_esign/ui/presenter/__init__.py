"""From flow states to what a page shows. No Qt, no ports."""
