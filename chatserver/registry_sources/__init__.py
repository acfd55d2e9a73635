"""Sources that are asked, not waited for: how the network is reached for them, and when."""
