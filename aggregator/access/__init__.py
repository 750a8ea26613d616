"""Who asks, what they may have, and the account of it. The gate is the only way to anything clinical."""
