"""The guards stand here, and not in tests/, because pytest applies a conftest only to what lies below it."""

pytest_plugins = ["tests.guards", "tests.run_all"]
