"""How much goes through, as check_speedo judges it."""
