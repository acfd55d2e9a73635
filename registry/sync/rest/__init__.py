"""A OneRoster REST provider read into a CSV package, which is then imported like any other (OneRoster 1.2, REST binding)."""
