"""A broker, as all that talk to it need it: connections, what it refuses, what it has."""
