"""Short dates, with the month in letters so that no one takes the day for it."""

DATE_FORMAT = "j b Y"
DATETIME_FORMAT = "j b Y H:i"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]
