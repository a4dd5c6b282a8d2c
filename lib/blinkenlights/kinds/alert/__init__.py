"""Rules and their alerts, as others read them. They are no signal: nobody sends them."""
