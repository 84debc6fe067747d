"""Reading Firebird: `adapter` opens a source; the child interpreter behind it imports no Django, nor does this file."""
