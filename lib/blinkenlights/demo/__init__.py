"""The simulated fleet and the guided tour of `blinkenlights up --demo`."""
