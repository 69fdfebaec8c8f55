"""Terms of the training loss that judge the network itself instead of what it separates."""
