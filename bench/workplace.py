"""What measurements need: the installed package, stores, a broker; removed at the end."""

import sys
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from progress import say
from servers.installation import install
from servers.process import make_folder, remove_folder
from servers.rabbitmq import Broker, RabbitMQ
from servers.valkey import Valkey


class Workplace(ExitStack):
    """Gives each thing when it is first asked for, and removes it when it is left."""

    @cached_property
    def programs(self) -> Path:
        """Folder with python and the programs of the package, installed from a wheel."""
        say("building the wheel and installing it into a new virtual environment")
        folder = make_folder("bench")
        self.callback(remove_folder, folder)
        return install(folder, Path(sys.executable))

    @cached_property
    def broker(self) -> Broker:
        """A broker with a virtual host of ours."""
        say("starting RabbitMQ")
        server = RabbitMQ()
        self.callback(server.remove)
        server.start()
        return Broker(server, "bench")

    def store(self) -> Valkey:
        """Return a new empty store."""
        server = Valkey()
        self.callback(server.remove)
        server.start()
        return server
