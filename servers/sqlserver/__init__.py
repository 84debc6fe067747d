"""Reading SQL Server over TDS: `adapter` opens a source."""
