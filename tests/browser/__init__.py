"""Real Chromium against a real server on the test database: what people see and do."""
