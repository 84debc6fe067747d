"""Contífico's resources kept in step: see docs/data-flow.md."""
