"""Real servers for the tests, each in its own temporary folder and on its own loopback port.

- valkey.py: the store, shared by a worker's tests or one of your own
- rabbitmq.py: the broker, one for each pytest worker, with a fresh virtual host for each test
- nagios.py, icinga2.py: monitoring cores with given files; monitored.py is what they say
- perfdata.py: performance data as others read it
- installation.py: the checks, installed from a wheel
- watched.py: a store with components in every state
- simulation.py: a store filled and asked at a time the test decides
- faulty.py: a TCP proxy that delays, cuts, hangs or answers rubbish
- certificates.py: a certificate authority for TLS
- ports.py: free ports
- process.py: how a server is started, watched and ended
- waiting.py: waiting for a condition instead of for a time
- missing.py: what happens when a server is not installed
"""
