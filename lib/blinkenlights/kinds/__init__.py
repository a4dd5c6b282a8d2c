"""What can be watched: a folder for each kind, and the registry that names them."""
