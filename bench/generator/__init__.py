"""The load: thousands of sockets in one process, counted cheaply, the same for every server that is measured."""
