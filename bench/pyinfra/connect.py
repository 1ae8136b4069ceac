from pyinfra.operations import server

server.shell(name="Connect", commands=["true"], _sudo=False)
