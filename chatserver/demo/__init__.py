"""The demo province: loaded by `make run` on its first start, its week played through the real actions."""
