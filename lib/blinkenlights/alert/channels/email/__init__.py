"""E-mail by SMTP: a mail for each message, in one thread for an incident."""
