"""The demonstration: a private Firebird server with an invented TNS installation."""
